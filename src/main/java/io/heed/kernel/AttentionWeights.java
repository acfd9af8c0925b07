package io.heed.kernel;

import java.util.Arrays;

/**
 * The weights of attention: for each sequence {@code [H, Tq, Tk]}, one after the other.
 *
 * @param data all weights
 * @param starts {@code [B + 1]}, index of the first weight of each sequence, then their number
 * @param queryCounts queries of each sequence
 * @param keyCounts keys of each sequence
 * @param firstHead the head of the weights that counts as head 0
 */
public record AttentionWeights(
    float[] data, int[] starts, int[] queryCounts, int[] keyCounts, int firstHead) {

  /**
   * Room for the weights of {@code heads} heads.
   *
   * @param queryStarts {@code [B + 1]}
   * @param keyStarts {@code [B + 1]}
   * @throws ArithmeticException when they are more than an array holds
   */
  public static AttentionWeights allocate(int[] queryStarts, int[] keyStarts, int heads) {
    int sequences = queryStarts.length - 1;
    int[] starts = new int[sequences + 1];
    int[] queryCounts = new int[sequences];
    int[] keyCounts = new int[sequences];
    for (int s = 0; s < sequences; s++) {
      queryCounts[s] = queryStarts[s + 1] - queryStarts[s];
      keyCounts[s] = keyStarts[s + 1] - keyStarts[s];
      int weights = Math.multiplyExact(queryCounts[s], keyCounts[s]);
      starts[s + 1] = Math.addExact(starts[s], Math.multiplyExact(weights, heads));
    }
    return new AttentionWeights(new float[starts[sequences]], starts, queryCounts, keyCounts, 0);
  }

  /** The same weights, their heads counted from {@code head}. */
  public AttentionWeights fromHead(int head) {
    return new AttentionWeights(data, starts, queryCounts, keyCounts, firstHead + head);
  }

  /** The weights of the sequences {@code from} to {@code to} (exclusive). */
  public AttentionWeights sequences(int from, int to) {
    return new AttentionWeights(
        data,
        Arrays.copyOfRange(starts, from, to + 1),
        Arrays.copyOfRange(queryCounts, from, to),
        Arrays.copyOfRange(keyCounts, from, to),
        firstHead);
  }

  /** Index of the weight of the first key for a query of a head. */
  public int index(int sequence, int head, int query) {
    return starts[sequence]
        + ((firstHead + head) * queryCounts[sequence] + query) * keyCounts[sequence];
  }

  /** A copy of the weights of one sequence and {@code heads} heads, {@code [H][Tq][Tk]}. */
  public float[][][] toArrays(int sequence, int heads) {
    float[][][] copies = new float[heads][queryCounts[sequence]][];
    for (int head = 0; head < heads; head++) {
      for (int query = 0; query < queryCounts[sequence]; query++) {
        int from = index(sequence, head, query);
        copies[head][query] = Arrays.copyOfRange(data, from, from + keyCounts[sequence]);
      }
    }
    return copies;
  }
}
