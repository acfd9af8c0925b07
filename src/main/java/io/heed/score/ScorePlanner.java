package io.heed.score;

import io.heed.checkpoint.CheckpointException;
import io.heed.settings.Effective;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** Decides, on the driver, how rows are scored: what the settings say and what the model says. */
final class ScorePlanner implements TokenPlanner<ScorePlan> {
  private final Settings settings;
  private final OpenModel model;

  /**
   * Opens the model of the settings.
   *
   * @throws CheckpointException when it cannot be used, or is no decoder
   */
  public ScorePlanner(Settings settings) {
    this.settings = settings;
    this.model = new OpenModel(settings);
    model.checkpoint().requireDecoder();
  }

  @Override
  public ScorePlan plan(TokenSource tokens) {
    ModelReference reference = model.reference();
    if (tokens.tokenizes()) {
      model.checkTokenizer();
    }
    return new ScorePlan(reference, tokens, stride(), told(), model.batchTokens());
  }

  /** What the result has besides, at most as much as the model has. */
  private ScorePlan.Told told() {
    return new ScorePlan.Told(
        settings
            .find(ScoreSettings.TOP_K)
            .map(k -> Math.min(k, model.spec().vocabulary()))
            .orElse(0),
        settings.value(ScoreSettings.TOKEN_LOG_PROBABILITIES));
  }

  @Override
  public OpenModel model() {
    return model;
  }

  @Override
  public StructType added(TokenSource tokens) {
    return told().added();
  }

  private int stride() {
    int positions = model.spec().positions();
    if (positions == 1) {
      throw new CheckpointException(
          "n_positions 1 is too few: a token is scored by one before it (config.json)");
    }
    Optional<Effective<Integer>> half =
        Optional.of(new Effective<>(positions / 2, "half the positions, config.json"));
    int stride = settings.find(ScoreSettings.STRIDE, half).orElseThrow();
    if (stride >= positions) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d is not below the %d positions of the model (config.json)",
              settings.place(ScoreSettings.STRIDE),
              stride,
              positions));
    }
    return stride;
  }
}
