package io.heed.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows of random token ids, the same each time. */
public final class RandomRows {
  private static final int MEDIAN_LENGTH = 60;
  private static final double LENGTH_SPREAD = 0.8;
  private static final int SHORTEST = 4;
  private static final int LONGEST = 512;

  private RandomRows() {}

  /**
   * At least one row, and more while they come to at most {@code tokens} tokens.
   *
   * @param length tokens in a row, or {@code lognormal}: median 60, 4 to 512
   */
  public static List<int[]> of(String length, int tokens, int vocabulary) {
    Random random = new Random(1);
    List<int[]> rows = new ArrayList<>();
    for (int total = 0; ; ) {
      int next = length.equals("lognormal") ? drawLength(random) : Integer.parseInt(length);
      total += next;
      if (total > tokens && !rows.isEmpty()) {
        return rows;
      }
      rows.add(random.ints(next, 0, vocabulary).toArray());
    }
  }

  private static int drawLength(Random random) {
    double drawn = MEDIAN_LENGTH * Math.exp(LENGTH_SPREAD * random.nextGaussian());
    return (int) Math.max(SHORTEST, Math.min(LONGEST, Math.round(drawn)));
  }
}
