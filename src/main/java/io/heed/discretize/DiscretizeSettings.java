package io.heed.discretize;

import io.heed.series.BarDiscretizer;
import io.heed.settings.Setting;
import io.heed.settings.ValueType;

/** The settings of discretization. */
public final class DiscretizeSettings {
  public static final Setting<Integer> BINS =
      Setting.ofRun(
              "bins",
              ValueType.integer(BarDiscretizer.LEAST_BINS, BarDiscretizer.MOST_BINS),
              "Bins, and so token ids, for each of open, high, low, close and volume; a model needs"
                  + " a vocabulary of five times as many")
          .withDefault(64);

  private DiscretizeSettings() {}
}
