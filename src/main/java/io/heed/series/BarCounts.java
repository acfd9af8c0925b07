package io.heed.series;

import java.io.Serializable;
import java.util.stream.Stream;

/**
 * What is kept of the bars of many rows to fit bins to: how often returns of each size came. It
 * takes 2.4 MB, however many rows there are. Not thread-safe.
 */
public final class BarCounts implements Serializable {
  private static final long serialVersionUID = 1;

  // An array, for Kryo writes no immutable lists.
  private final ReturnCounts[] features =
      Stream.generate(ReturnCounts::new).limit(BarFeature.COUNT).toArray(ReturnCounts[]::new);

  /** Counts the returns of a row. */
  public void add(BarSeries series) {
    series.forEachReturn(
        (position, feature, logReturn) -> features[feature.ordinal()].add(logReturn));
  }

  /** Adds what another has counted, and returns this. */
  public BarCounts add(BarCounts other) {
    for (int f = 0; f < BarFeature.COUNT; f++) {
      features[f].add(other.features[f]);
    }
    return this;
  }

  /** How many bars were counted, without the first of each row. */
  public long bars() {
    return features[0].total();
  }

  /**
   * Quantile bins: about as many of the returns that were counted are in each. Their edges and
   * medians are those of the returns to one part in 1,024, or 1e-9.
   *
   * @param bins how many for each feature; fewer where returns are often the same
   * @throws IllegalStateException when nothing was counted
   */
  public BarDiscretizer discretizer(int bins) {
    return new BarDiscretizer(bins, Stream.of(features).map(counts -> counts.bins(bins)).toList());
  }
}
