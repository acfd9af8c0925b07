package io.heed.training;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Sequences that pass through a model together while it is trained, T tokens in all.
 *
 * @param ids {@code [T]}
 * @param targets {@code [T]}, what each token is to predict, negative for nothing
 * @param starts {@code [B + 1]}, first token of each sequence, then T
 * @param names {@code [B]}, by which dropout knows each sequence
 */
record MicroBatch(int[] ids, int[] targets, int[] starts, long[] names) {

  MicroBatch {
    int sequences = starts.length - 1;
    if (targets.length != ids.length
        || names.length != sequences
        || starts[0] != 0
        || starts[sequences] != ids.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d targets and %d sequences with %d names do not fit %d tokens",
              targets.length,
              sequences,
              names.length,
              ids.length));
    }
  }

  int tokens() {
    return ids.length;
  }

  int sequences() {
    return names.length;
  }

  /** The place of each token in its sequence. */
  int[] positions() {
    int[] positions = new int[ids.length];
    for (int s = 0; s < sequences(); s++) {
      for (int t = starts[s]; t < starts[s + 1]; t++) {
        positions[t] = t - starts[s];
      }
    }
    return positions;
  }

  /** Tokens that have something to predict. */
  long targetCount() {
    return IntStream.of(targets).filter(target -> target >= 0).count();
  }
}
