package io.heed.engine;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Locale;
import java.util.Optional;

/** A sequence of a row that attends or is attended to. */
public sealed interface AttentionSequence {
  /** Vectors, or tokens. */
  int length();

  /** Values of a vector; 0 where there is none. */
  int width();

  /**
   * Why nothing can attend with it, whatever the layer is.
   *
   * @param name what the sequence is called
   */
  Optional<Rejection> rejection(String name);

  /**
   * Vectors as they stand in the row.
   *
   * @param values {@code [T][D]}, null where the row says so
   */
  record Vectors(float[][] values) implements AttentionSequence {
    @Override
    public int length() {
      return values.length;
    }

    @Override
    public int width() {
      return values.length == 0 ? 0 : values[0].length;
    }

    @Override
    public Optional<Rejection> rejection(String name) {
      if (values == null) {
        return broken(Reason.NULL_VECTORS, "the %s sequence is null", name);
      }
      if (values.length == 0) {
        return broken(Reason.EMPTY_VECTORS, "the %s sequence is empty", name);
      }
      for (int i = 0; i < values.length; i++) {
        if (values[i].length != width()) {
          return broken(
              Reason.WRONG_SHAPE,
              "vector %d of the %s sequence has %d values, the first %d",
              i,
              name,
              values[i].length,
              width());
        }
      }
      return width() > 0
          ? Optional.empty()
          : broken(Reason.WRONG_SHAPE, "the vectors of the %s sequence have no values", name);
    }
  }

  /**
   * Tokens that an input layer makes vectors of.
   *
   * @param ids token ids, null where the row says so
   * @param vocabulary how many ids the layer knows
   * @param width values that it makes of each
   */
  record Tokens(int[] ids, int vocabulary, int width) implements AttentionSequence {
    /** Values of an array, with room before the first. */
    private static final long MOST_VALUES = Integer.MAX_VALUE - 32;

    @Override
    public int length() {
      return ids.length;
    }

    @Override
    public Optional<Rejection> rejection(String name) {
      if (ids == null) {
        return broken(Reason.NULL_TOKENS, "the token ids are null");
      }
      if ((long) ids.length * width > MOST_VALUES) {
        return broken(
            Reason.TOO_LONG,
            "%d tokens of %d values are more than an array holds",
            ids.length,
            width);
      }
      return RowTokens.check(ids, vocabulary);
    }
  }

  private static Optional<Rejection> broken(Reason reason, String rule, Object... values) {
    return Optional.of(new Rejection(reason, String.format(Locale.ROOT, rule, values)));
  }
}
