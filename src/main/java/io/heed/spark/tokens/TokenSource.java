package io.heed.spark.tokens;

import io.heed.engine.PairCut;
import io.heed.engine.PairInput;
import io.heed.engine.RowTokens;
import io.heed.engine.TextInput;
import io.heed.input.Column;
import io.heed.input.PayloadType;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarFeature;
import io.heed.series.BarSeries;
import io.heed.spark.executor.ExecutorModels.LoadedModel;
import io.heed.text.TextTokenizer;
import java.io.Serializable;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where the tokens of rows come from. */
public sealed interface TokenSource extends Serializable {

  /** Gives the tokens of rows that are not rejected. */
  @FunctionalInterface
  interface Reader {
    /** The tokens of a row, or why it has none. */
    Rejectable<RowTokens> tokens(RowValues row);
  }

  /** Whether the model's tokenizer makes the tokens. */
  default boolean tokenizes() {
    return false;
  }

  /**
   * Reads rows inside a task.
   *
   * @param tokenizer is asked for where texts are read
   * @param prompt put before each text
   * @param maxLength tokens after which a row is cut
   */
  Reader reader(Supplier<TextTokenizer> tokenizer, String prompt, int maxLength);

  /** The same by the tokenizer of a model. */
  default Reader reader(LoadedModel model, String prompt, int maxLength) {
    return reader(model::tokenizer, prompt, maxLength);
  }

  /** Reads rows as they stand: nothing is put before them, nothing cut. */
  default Reader reader(LoadedModel model) {
    return reader(model, "", Integer.MAX_VALUE);
  }

  /** Rows of texts, by the tokenizer of the model. */
  record Texts(Column<String> texts) implements TokenSource {
    @Override
    public boolean tokenizes() {
      return true;
    }

    @Override
    public Reader reader(Supplier<TextTokenizer> tokenizer, String prompt, int maxLength) {
      TextInput input = new TextInput(tokenizer.get(), prompt, maxLength);
      return row -> input.tokens(texts.of(row));
    }
  }

  /**
   * Rows of two texts, before which no prompt is put.
   *
   * @param cut which of them is cut
   * @param typed whether the model tells them apart by types
   */
  record Pairs(Column<String> firsts, Column<String> seconds, PairCut cut, boolean typed)
      implements TokenSource {
    @Override
    public boolean tokenizes() {
      return true;
    }

    @Override
    public Reader reader(Supplier<TextTokenizer> tokenizer, String prompt, int maxLength) {
      PairInput input = new PairInput(tokenizer.get(), new PairInput.Rules(maxLength, cut, typed));
      return row -> input.tokens(firsts.of(row), seconds.of(row));
    }
  }

  /** Rows of token ids. */
  record Ids(Column<int[]> ids) implements TokenSource {
    @Override
    public Reader reader(Supplier<TextTokenizer> tokenizer, String prompt, int maxLength) {
      return row -> RowTokens.ofIds(ids.of(row), maxLength);
    }
  }

  /** Rows of token ids and of the segment that each of them belongs to. */
  record TypedIds(Column<int[]> ids, Column<int[]> types) implements TokenSource {
    @Override
    public Reader reader(Supplier<TextTokenizer> tokenizer, String prompt, int maxLength) {
      return row -> RowTokens.ofIds(ids.of(row), types.of(row), maxLength);
    }
  }

  /** Rows of price bars, of which a discretizer makes tokens. */
  record Bars(Column<double[][]> bars, BarDiscretizer discretizer) implements TokenSource {
    /** Five numbers for each bar, in the order that {@link BarSeries#of} takes. */
    public static final PayloadType.Records TYPE =
        new PayloadType.Records(
            "bar", Stream.of(BarFeature.values()).map(BarFeature::label).toList());

    @Override
    public Reader reader(Supplier<TextTokenizer> tokenizer, String prompt, int maxLength) {
      return row ->
          BarSeries.of(bars.of(row))
              .then(series -> RowTokens.ofIds(discretizer.tokens(series), maxLength));
    }
  }
}
