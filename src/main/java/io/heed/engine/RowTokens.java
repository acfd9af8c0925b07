package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

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

  /** Why a model of {@code vocabulary} ids cannot read these, or empty. */
  static Optional<Rejection> check(int[] ids, int vocabulary) {
    if (ids.length == 0) {
      return Optional.of(new Rejection(Reason.EMPTY_TOKENS, "the row has no tokens"));
    }
    for (int position = 0; position < ids.length; position++) {
      if (ids[position] < 0 || ids[position] >= vocabulary) {
        return Optional.of(
            new Rejection(
                Reason.TOKEN_OUT_OF_VOCABULARY,
                String.format(
                    Locale.ROOT,
                    "token id %d at position %d is not in 0 to %d",
                    ids[position],
                    position,
                    vocabulary - 1)));
      }
    }
    return Optional.empty();
  }

  /** Number of tokens. */
  public int count() {
    return ids.length;
  }
}
