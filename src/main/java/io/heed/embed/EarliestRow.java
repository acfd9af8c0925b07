package io.heed.embed;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A row with a result, ordered by its place in the input: by file, then by position.
 *
 * @param source path of the file
 * @param position of the row in it
 * @param id as text
 * @param inputIds the tokens that were computed
 * @param types which segment each of them belongs to; none where all are of type 0
 * @param tokens what the model calls them
 */
record EarliestRow(
    String source, long position, String id, int[] inputIds, int[] types, String[] tokens)
    implements Serializable, Comparable<EarliestRow> {
  private static final Comparator<EarliestRow> BY_PLACE =
      Comparator.comparing(EarliestRow::source).thenComparingLong(EarliestRow::position);

  @Override
  public int compareTo(EarliestRow other) {
    return BY_PLACE.compare(this, other);
  }
}
