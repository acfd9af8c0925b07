package io.heed.score;

import io.heed.settings.Setting;
import io.heed.settings.ValueType;

/** The settings of scoring. */
public final class ScoreSettings {
  public static final Setting<Integer> STRIDE =
      Setting.ofRun(
          "stride",
          ValueType.integer(1, Integer.MAX_VALUE),
          "Tokens from one window to the next in a row that is longer than the model's positions;"
              + " below these, so that each window sees tokens before those it scores (default:"
              + " half the positions)");
  public static final Setting<Boolean> TOKEN_LOG_PROBABILITIES =
      Setting.ofRun(
              "token-log-probabilities",
              ValueType.truth(),
              "Whether the output has the log-probability of each token after the first")
          .withDefault(false);

  public static final Setting<Integer> TOP_K =
      Setting.ofRun(
          "top-k",
          ValueType.integer(1, Integer.MAX_VALUE),
          "How many of the tokens that may follow the last one are told, most likely first"
              + " (default: none)");

  private ScoreSettings() {}
}
