package io.heed.classify;

import io.heed.engine.PairCut;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.settings.ValueType;
import java.util.Locale;

/** The settings of classification. */
public final class ClassifySettings {
  public static final Setting<String> PAIR_COLUMN =
      Setting.ofRun(
          "pair-column",
          ValueType.text("NAME"),
          "Column with a second text, which stands behind the first in a pair");
  public static final Setting<PairCut> TRUNCATE_SIDE =
      Setting.ofRun(
              "truncate-side",
              ValueType.choice(PairCut.class),
              "Which text of a pair is cut where they have too many tokens: longest cuts the longer"
                  + " one first, second the second alone")
          .withDefault(PairCut.LONGEST);
  public static final Setting<Boolean> LOGITS =
      Setting.ofRun(
              "logits", ValueType.truth(), "Whether the output has the logit of each class as well")
          .withDefault(false);

  private ClassifySettings() {}

  /**
   * Checks what goes together.
   *
   * @throws SettingException when a pair is said to be cut and there is none
   */
  static void check(Settings settings) {
    if (settings.isGiven(TRUNCATE_SIDE) && !settings.isGiven(PAIR_COLUMN)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s says which text of a pair is cut, so it needs %s",
              settings.place(TRUNCATE_SIDE),
              settings.place(PAIR_COLUMN)));
    }
  }
}
