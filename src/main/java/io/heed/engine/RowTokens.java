package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import java.util.Arrays;

/**
 * The tokens of a row.
 *
 * @param ids token ids, special tokens included
 * @param truncated whether the row had more tokens than the maximum length
 */
public record RowTokens(int[] ids, boolean truncated) {

  /** Token ids as they stand in the input, cut at {@code maxLength}; null is rejected. */
  public static Rejectable<RowTokens> ofIds(int[] ids, int maxLength) {
    if (ids == null) {
      return Rejectable.rejected(Reason.NULL_TOKENS, "the token ids are null");
    }
    return Rejectable.of(
        ids.length <= maxLength
            ? new RowTokens(ids, false)
            : new RowTokens(Arrays.copyOf(ids, maxLength), true));
  }

  /** Number of tokens. */
  public int count() {
    return ids.length;
  }
}
