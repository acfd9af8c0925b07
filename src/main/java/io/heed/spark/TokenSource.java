package io.heed.spark;

import io.heed.engine.RowTokens;
import io.heed.engine.TextInput;
import io.heed.row.Rejectable;
import io.heed.spark.ExecutorModels.LoadedModel;
import java.io.Serializable;
import java.util.function.Function;

/**
 * Where the tokens of rows come from.
 *
 * @param kind what the rows hold
 * @param prompt put before each text
 * @param maxLength tokens after which a row is cut
 */
public record TokenSource(Kind kind, String prompt, int maxLength) implements Serializable {

  /** What the rows hold. */
  public enum Kind {
    /** Texts, as {@link String}. */
    TEXT,
    /** Token ids, as {@code int[]}. */
    IDS
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
    TextInput input = new TextInput(model.tokenizer(), prompt, maxLength);
    return text -> input.tokens((String) text);
  }
}
