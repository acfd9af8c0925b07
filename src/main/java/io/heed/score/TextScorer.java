package io.heed.score;

import io.heed.engine.ScoredRow;
import io.heed.input.Columns;
import io.heed.settings.Setting;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.RowTransform;
import io.heed.spark.tokens.TokenStage;
import java.util.List;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Tells how likely a decoder finds each text, or sequence of token ids or of price bars, as a stage
 * of a Spark ML pipeline: adds the columns of {@code jobs/score}, {@code token_count}, {@code
 * log_likelihood}, {@code perplexity} and what is asked for besides, with its bits.
 */
public final class TextScorer extends TokenStage<TextScorer> {
  private static final long serialVersionUID = 1;

  /** A scorer with a random identifier. */
  public TextScorer() {
    this(Identifiable$.MODULE$.randomUID("textScorer"));
  }

  /** A scorer with the given identifier, as Spark's reader makes it. */
  public TextScorer(String uid) {
    super(uid);
  }

  @Override
  protected String role() {
    return "scorer";
  }

  @Override
  protected String inputs() {
    return "column of texts, of arrays of token ids or of arrays of price bars";
  }

  @Override
  protected InputTypes types() {
    return InputTypes.BARS_TOO;
  }

  @Override
  protected List<Setting<?>> settingsOfStage() {
    return List.of(
        ModelSettings.MODEL,
        ScoreSettings.TOKEN_LOG_PROBABILITIES,
        ScoreSettings.TOP_K,
        ScoreSettings.STRIDE,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  protected StructType added(StageInput input) {
    checkedType(input);
    try (ScorePlanner planner = new ScorePlanner(input.settings())) {
      source(input, new Columns(), planner.model());
      return planner.told().added();
    }
  }

  @Override
  protected RowTransform<ScoredRow> plan(StageInput input, Columns columns) {
    try (ScorePlanner planner = new ScorePlanner(input.settings())) {
      return planner.plan(source(input, columns, planner.model()));
    }
  }

  /** Whether rows get the log-probability of each token after the first. */
  public TextScorer setTokenLogProbabilities(boolean value) {
    return with(ScoreSettings.TOKEN_LOG_PROBABILITIES, value);
  }

  /** How many of the tokens that may follow the last one are told. */
  public TextScorer setTopK(int value) {
    return with(ScoreSettings.TOP_K, value);
  }

  /** Tokens from one window to the next in a row longer than the model's positions. */
  public TextScorer setStride(int value) {
    return with(ScoreSettings.STRIDE, value);
  }

  /** Reads a saved scorer. */
  public static MLReader<TextScorer> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved scorer. */
  public static TextScorer load(String path) {
    return read().load(path);
  }
}
