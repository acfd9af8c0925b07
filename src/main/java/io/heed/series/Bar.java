package io.heed.series;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Locale;
import java.util.Optional;

/**
 * The trade of one period.
 *
 * @param open first price
 * @param high highest price
 * @param low lowest price
 * @param close last price
 * @param volume how much was traded, 0 where nothing was
 */
public record Bar(double open, double high, double low, double close, double volume) {
  /**
   * Prices, and volumes above 0, from here on: ratios of two are then numbers, and so are theirs.
   */
  static final double LEAST = 1e-100;

  /** Prices and volumes up to here. */
  static final double MOST = 1e100;

  /**
   * A bar of its five numbers.
   *
   * @param values in the order of {@link BarFeature}
   */
  public static Bar of(double... values) {
    if (values.length != BarFeature.COUNT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a bar has %d numbers, not %d", BarFeature.COUNT, values.length));
    }
    return new Bar(values[0], values[1], values[2], values[3], values[4]);
  }

  /** The value of a feature. */
  public double value(BarFeature feature) {
    return switch (feature) {
      case OPEN -> open;
      case HIGH -> high;
      case LOW -> low;
      case CLOSE -> close;
      case VOLUME -> volume;
    };
  }

  /** The rule that these numbers break, or empty where they are a bar. */
  Optional<Rejection> fault() {
    for (BarFeature feature : BarFeature.values()) {
      double value = value(feature);
      if (!Double.isFinite(value)) {
        return rejected(Reason.NON_FINITE, "%s is %s", feature.label(), value);
      }
      boolean empty = feature == BarFeature.VOLUME && value == 0;
      if (!empty && !(value >= LEAST && value <= MOST)) {
        return rejected(
            Reason.NOT_A_BAR,
            feature == BarFeature.VOLUME
                ? "%s %s is not 0, nor from %s to %s"
                : "%s %s is not from %s to %s",
            feature.label(),
            value,
            LEAST,
            MOST);
      }
    }
    if (high < Math.max(open, close) || high < low) {
      return rejected(
          Reason.NOT_A_BAR, "high %s is below open %s, low %s or close %s", high, open, low, close);
    }
    return low > Math.min(open, close)
        ? rejected(Reason.NOT_A_BAR, "low %s is above open %s or close %s", low, open, close)
        : Optional.empty();
  }

  private static Optional<Rejection> rejected(Reason reason, String format, Object... values) {
    return Optional.of(new Rejection(reason, String.format(Locale.ROOT, format, values)));
  }
}
