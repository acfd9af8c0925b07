package io.heed.batch;

import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sequences laid end to end, without padding.
 *
 * @param inputIds {@code [T]}, token ids of all sequences
 * @param cumulativeLengths {@code [B + 1]}, index of the first token of each sequence, then T
 * @param tokenTypeIds {@code [T]}, which segment of its sequence each token belongs to; where there
 *     are none, every token is of type 0
 * @param positionIds {@code [T]}, rows of the model's position embeddings; where there are none,
 *     the model numbers the tokens of each sequence itself
 */
public record PackedBatch(
    int[] inputIds,
    int[] cumulativeLengths,
    Optional<int[]> tokenTypeIds,
    Optional<int[]> positionIds) {

  /**
   * Checks that there are as many types and positions as tokens.
   *
   * @throws IllegalArgumentException when there are not
   */
  public PackedBatch {
    requireOneEach("token types", tokenTypeIds, inputIds.length);
    requireOneEach("positions", positionIds, inputIds.length);
  }

  private static void requireOneEach(String what, Optional<int[]> values, int tokens) {
    if (values.isPresent() && values.get().length != tokens) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d %s do not fit %d tokens", values.get().length, what, tokens));
    }
  }

  /** Packs {@code sequences} in their order. */
  public static PackedBatch of(List<int[]> sequences) {
    int[] cumulativeLengths = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      cumulativeLengths[i + 1] = Math.addExact(cumulativeLengths[i], sequences.get(i).length);
    }
    return new PackedBatch(
        endToEnd(sequences), cumulativeLengths, Optional.empty(), Optional.empty());
  }

  /** The same tokens, each of a type: {@code types} has an array for each sequence. */
  public PackedBatch withTokenTypeIds(List<int[]> types) {
    return new PackedBatch(inputIds, cumulativeLengths, Optional.of(endToEnd(types)), positionIds);
  }

  /** The same tokens at these positions: {@code positions} has an array for each sequence. */
  public PackedBatch withPositionIds(List<int[]> positions) {
    return new PackedBatch(
        inputIds, cumulativeLengths, tokenTypeIds, Optional.of(endToEnd(positions)));
  }

  private static int[] endToEnd(List<int[]> sequences) {
    int[] values = new int[sequences.stream().mapToInt(sequence -> sequence.length).sum()];
    int at = 0;
    for (int[] sequence : sequences) {
      System.arraycopy(sequence, 0, values, at, sequence.length);
      at += sequence.length;
    }
    return values;
  }

  /** Number of sequences, {@code B}. */
  public int sequences() {
    return cumulativeLengths.length - 1;
  }

  /** Number of tokens of all sequences, {@code T}. */
  public int tokens() {
    return inputIds.length;
  }

  /** Number of tokens of one sequence. */
  public int length(int sequence) {
    return cumulativeLengths[sequence + 1] - cumulativeLengths[sequence];
  }

  /**
   * Some sequences of a batch that stand side by side.
   *
   * @param firstSequence index in the batch of the first of them
   * @param firstToken index in the batch of their first token
   * @param cumulativeLengths as in a batch, counted from {@code firstToken}
   */
  public record Part(int firstSequence, int firstToken, int[] cumulativeLengths) {
    /** Number of tokens. */
    public int tokens() {
      return cumulativeLengths[cumulativeLengths.length - 1];
    }

    /** Those rows of a matrix with a row for each token of the batch that are this part's. */
    public Matrix of(Matrix all) {
      return all.rows(firstToken, firstToken + tokens());
    }
  }

  /** The whole batch in parts of at most {@code tokens} tokens, or of one longer sequence. */
  public List<Part> parts(int tokens) {
    List<Part> parts = new ArrayList<>();
    int to;
    for (int from = 0; from < sequences(); from = to) {
      int first = cumulativeLengths[from];
      to = from + 1;
      while (to < sequences() && cumulativeLengths[to + 1] - first <= tokens) {
        to++;
      }
      int[] starts = Arrays.copyOfRange(cumulativeLengths, from, to + 1);
      Arrays.setAll(starts, s -> starts[s] - first);
      parts.add(new Part(from, first, starts));
    }
    return parts;
  }
}
