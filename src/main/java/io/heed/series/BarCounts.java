package io.heed.series;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is kept of the bars of many rows to fit bins to: how often returns of each size came. It
 * takes 2.4 MB, however many rows there are, and can be written as plain numbers. Not thread-safe.
 */
public final class BarCounts {
  private final List<ReturnCounts> features =
      Stream.generate(ReturnCounts::new).limit(BarFeature.COUNT).toList();

  /** The counts that were written as {@link #numbers}. */
  public static BarCounts of(long[] numbers) {
    BarCounts counts = new BarCounts();
    for (int f = 0; f < BarFeature.COUNT; f++) {
      counts.features.get(f).add(numbers, f * ReturnCounts.CELLS);
    }
    return counts;
  }

  /** Numbers that add up, each to its own, to those of all that was counted. */
  public long[] numbers() {
    long[] numbers = new long[BarFeature.COUNT * ReturnCounts.CELLS];
    for (int f = 0; f < BarFeature.COUNT; f++) {
      features.get(f).copyTo(numbers, f * ReturnCounts.CELLS);
    }
    return numbers;
  }

  /** Counts the returns of a row. */
  public void add(BarSeries series) {
    series.forEachReturn(
        (position, feature, logReturn) -> features.get(feature.ordinal()).add(logReturn));
  }

  /** How many bars were counted, without the first of each row. */
  public long bars() {
    return features.get(0).total();
  }

  /**
   * Quantile bins: about as many of the returns that were counted are in each. Their edges and
   * medians are those of the returns to one part in 1,024, or 1e-9.
   *
   * @param bins how many for each feature; fewer where returns are often the same
   * @throws IllegalStateException when nothing was counted
   */
  public BarDiscretizer discretizer(int bins) {
    return new BarDiscretizer(bins, features.stream().map(counts -> counts.bins(bins)).toList());
  }
}
