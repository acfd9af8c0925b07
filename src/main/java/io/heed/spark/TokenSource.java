package io.heed.spark;

import io.heed.engine.RowTokens;
import io.heed.engine.TextInput;
import io.heed.row.Rejectable;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarSeries;
import io.heed.spark.ExecutorModels.LoadedModel;
import java.io.Serializable;
import java.util.function.Function;

/**
 * Where the tokens of rows come from.
 *
 * @param kind what the rows hold
 * @param prompt put before each text
 * @param maxLength tokens after which a row is cut
 * @param discretizer makes tokens of price bars; null for other rows
 */
public record TokenSource(Kind kind, String prompt, int maxLength, BarDiscretizer discretizer)
    implements Serializable {

  /** What the rows hold. */
  public enum Kind {
    /** Texts, as {@link String}. */
    TEXT,
    /** Token ids, as {@code int[]}. */
    IDS,
    /** Token ids and their types, as {@link TypedIds}. */
    TYPED_IDS,
    /** Price bars, as {@code double[][]}. */
    BARS
  }

  /**
   * Token ids with the segment that each token belongs to.
   *
   * @param ids may be null
   * @param types may be null
   */
  record TypedIds(int[] ids, int[] types) {}

  /** Rows of texts or of token ids. */
  TokenSource(Kind kind, String prompt, int maxLength) {
    this(kind, prompt, maxLength, null);
  }

  /** Rows of price bars as they stand. */
  static TokenSource bars(BarDiscretizer discretizer) {
    return new TokenSource(Kind.BARS, "", Integer.MAX_VALUE, discretizer);
  }

  /** Rows as they stand: nothing put before them, nothing cut. */
  static TokenSource whole(Kind kind) {
    return new TokenSource(kind, "", Integer.MAX_VALUE);
  }

  /** Gives the tokens of a row's value, which may be null. */
  Function<Object, Rejectable<RowTokens>> reader(LoadedModel model) {
    if (kind == Kind.IDS) {
      return ids -> RowTokens.ofIds((int[]) ids, maxLength);
    }
    if (kind == Kind.TYPED_IDS) {
      return row -> {
        TypedIds typed = (TypedIds) row;
        return RowTokens.ofIds(typed.ids(), typed.types(), maxLength);
      };
    }
    if (kind == Kind.BARS) {
      return bars ->
          BarSeries.of((double[][]) bars)
              .then(series -> RowTokens.ofIds(discretizer.tokens(series), maxLength));
    }
    TextInput input = new TextInput(model.tokenizer(), prompt, maxLength);
    return text -> input.tokens((String) text);
  }
}
