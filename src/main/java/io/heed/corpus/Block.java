package io.heed.corpus;

import java.util.Arrays;

/**
 * Tokens of a stream that stand side by side, without padding.
 *
 * @param ids {@code [T]}, token ids
 * @param targets {@code [T]}, the id that follows each token, or {@link #NO_TARGET}
 * @param starts {@code [B + 1]}, index of the first token of each sequence, then T, as the
 *     cumulative lengths of a {@link io.heed.batch.PackedBatch}
 */
public record Block(int[] ids, int[] targets, int[] starts) {
  /** Stands where nothing follows a token in its sequence. */
  public static final int NO_TARGET = -1;

  /** This block and another behind it, without a sequence of both. */
  Block then(Block next) {
    int tokens = ids.length;
    int[] both = Arrays.copyOf(starts, starts.length + next.starts.length - 1);
    for (int s = 1; s < next.starts.length; s++) {
      both[starts.length + s - 1] = tokens + next.starts[s];
    }
    return new Block(joined(ids, next.ids), joined(targets, next.targets), both);
  }

  private static int[] joined(int[] one, int[] other) {
    int[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
