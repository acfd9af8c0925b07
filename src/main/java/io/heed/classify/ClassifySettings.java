package io.heed.classify;

import io.heed.engine.PairCut;
import io.heed.settings.Setting;
import io.heed.settings.ValueType;

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
}
