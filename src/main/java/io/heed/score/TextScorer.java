package io.heed.score;

import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import io.heed.spark.tokens.TokenStage;
import java.util.List;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

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
  protected List<PayloadType> types() {
    return List.of(PayloadType.TEXT, PayloadType.TOKEN_IDS, TokenSource.Bars.TYPE);
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
  protected TokenPlanner<ScorePlan> planner(Settings settings) {
    return new ScorePlanner(settings);
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
