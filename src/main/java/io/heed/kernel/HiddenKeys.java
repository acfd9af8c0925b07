package io.heed.kernel;

import java.util.Arrays;

/** What a mask does to the scores of one query. */
final class HiddenKeys {
  private HiddenKeys() {}

  /**
   * Makes the scores of hidden keys negative infinity.
   *
   * @param scores of the keys {@code from} to {@code n} (exclusive), key 0 at {@code at}
   * @return whether the query sees any of them; if not, the scores are 0, so that softmax is finite
   */
  static boolean hide(
      AttentionMask mask, int sequence, int query, float[] scores, int at, int from, int n) {
    int start = Math.min(n, Math.max(from, mask.start(sequence, query)));
    int end = Math.max(start, Math.min(n, mask.end(sequence, query, n)));
    boolean any = end > start;
    if (mask.hasHoles()) {
      any = false;
      for (int key = start; key < end; key++) {
        if (mask.visible(sequence, query, key)) {
          any = true;
        } else {
          scores[at + key] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    if (any) {
      Arrays.fill(scores, at + from, at + start, Float.NEGATIVE_INFINITY);
      Arrays.fill(scores, at + end, at + n, Float.NEGATIVE_INFINITY);
    } else {
      Arrays.fill(scores, at + from, at + n, 0f);
    }
    return any;
  }

  /** Whether the query sees none of the keys. */
  static boolean hidesAll(AttentionMask mask, int sequence, int query, int keys) {
    int start = mask.start(sequence, query);
    int end = Math.min(keys, mask.end(sequence, query, keys));
    if (!mask.hasHoles()) {
      return end <= start;
    }
    for (int key = start; key < end; key++) {
      if (mask.visible(sequence, query, key)) {
        return false;
      }
    }
    return true;
  }
}
