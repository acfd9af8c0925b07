package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The tokens of a row.
 *
 * @param ids token ids, special tokens included
 * @param types which segment each token belongs to; where there are none, all are of type 0
 * @param truncated whether the row had more tokens than the maximum length
 */
public record RowTokens(int[] ids, Optional<int[]> types, boolean truncated) {

  /** Tokens without types. */
  public RowTokens(int[] ids, boolean truncated) {
    this(ids, Optional.empty(), truncated);
  }

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

  /** The same with types, one for each id; null and another number of them are rejected. */
  public static Rejectable<RowTokens> ofIds(int[] ids, int[] types, int maxLength) {
    return ofIds(ids, maxLength).then(tokens -> withTypes(tokens, ids.length, types));
  }

  private static Rejectable<RowTokens> withTypes(RowTokens tokens, int count, int[] types) {
    if (types == null) {
      return Rejectable.rejected(Reason.WRONG_TOKEN_TYPES, "the token types are null");
    }
    if (types.length != count) {
      return Rejectable.rejected(
          Reason.WRONG_TOKEN_TYPES,
          String.format(Locale.ROOT, "%d token types do not fit %d tokens", types.length, count));
    }
    int[] kept = Arrays.copyOf(types, tokens.count());
    return Rejectable.of(new RowTokens(tokens.ids, Optional.of(kept), tokens.truncated));
  }

  /** Why a model that knows so many types cannot read these, or empty. */
  Optional<Rejection> checkTypes(int known) {
    int[] all = types.orElse(new int[0]);
    for (int position = 0; position < all.length; position++) {
      if (all[position] < 0 || all[position] >= known) {
        return Optional.of(
            new Rejection(
                Reason.WRONG_TOKEN_TYPES,
                String.format(
                    Locale.ROOT,
                    "token type %d at position %d is not in 0 to %d",
                    all[position],
                    position,
                    known - 1)));
      }
    }
    return Optional.empty();
  }

  /** The rows of a batch; those without types are of type 0 where others have some. */
  static PackedBatch packed(List<RowTokens> rows) {
    PackedBatch batch = PackedBatch.of(rows.stream().map(RowTokens::ids).toList());
    return rows.stream().anyMatch(row -> row.types.isPresent())
        ? batch.withTokenTypeIds(
            rows.stream().map(row -> row.types.orElseGet(() -> new int[row.ids.length])).toList())
        : batch;
  }

  /** Why a model of {@code vocabulary} ids cannot read these, or empty. */
  public static Optional<Rejection> check(int[] ids, int vocabulary) {
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
