package io.heed.series;

import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The bars of a row, in time, at least two: the first is what the second is measured by. */
public final class BarSeries {
  private static final int LEAST_BARS = 2;

  private final List<Bar> bars;

  private BarSeries(List<Bar> bars) {
    this.bars = List.copyOf(bars);
  }

  /**
   * The bars of a row, rejected where there are none or too few, or where one has a number that is
   * not finite, a price that is not above 0, a volume below 0, or a high or low that other prices
   * pass. The message says which bar it is, counted from 0.
   *
   * @param rows five numbers for each bar, in the order of {@link BarFeature}; or null
   */
  public static Rejectable<BarSeries> of(double[]... rows) {
    if (rows == null) {
      return Rejectable.rejected(Reason.NULL_SERIES, "the bars are null");
    }
    if (rows.length < LEAST_BARS) {
      return Rejectable.rejected(
          Reason.TOO_FEW_BARS,
          String.format(
              Locale.ROOT,
              "the row has %d bars, fewer than %d: the first is what the second is measured by",
              rows.length,
              LEAST_BARS));
    }
    List<Bar> bars = new ArrayList<>(rows.length);
    for (double[] row : rows) {
      Bar bar = Bar.of(row);
      var fault = bar.fault();
      if (fault.isPresent()) {
        return Rejectable.rejected(
            fault.get().reason(),
            String.format(Locale.ROOT, "bar %d: %s", bars.size(), fault.get().message()));
      }
      bars.add(bar);
    }
    return Rejectable.of(new BarSeries(bars));
  }

  /** The bars. */
  public List<Bar> bars() {
    return bars;
  }

  /** The tokens of these bars: five for each but the first. */
  public int tokens() {
    return Math.multiplyExact(BarFeature.COUNT, bars.size() - 1);
  }

  /** What a bar behind the last one is measured by. */
  public BarReference reference() {
    BarReference reference = BarReference.first(bars.get(0));
    for (Bar bar : bars) {
      reference = reference.after(bar);
    }
    return reference;
  }

  /** What is done with each return. */
  interface Returns {
    /**
     * A return of the bar after the first, then of the next one.
     *
     * @param position 0 and up, in the order of tokens
     */
    void accept(int position, BarFeature feature, double logReturn);
  }

  /** Goes through the returns of all bars but the first. */
  void forEachReturn(Returns returns) {
    BarReference reference = BarReference.first(bars.get(0));
    int position = 0;
    for (Bar bar : bars.subList(1, bars.size())) {
      for (int i = 0; i < BarFeature.COUNT; i++) {
        BarFeature feature = BarFeature.at(position);
        returns.accept(position, feature, reference.logReturn(bar, feature));
        position++;
      }
      reference = reference.after(bar);
    }
  }
}
