package io.heed.corpus;

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
}
