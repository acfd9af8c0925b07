package io.heed.series;

/**
 * What the returns of a bar are measured by, and are turned back into a bar with.
 *
 * <p>Returns are natural logarithms of ratios: they add up over time, rises and falls of one size
 * differ in their sign only, and whatever return is turned back, the price is above 0. Their bits
 * are those of {@link StrictMath}, the same on every machine.
 *
 * @param close of the bar before
 * @param volume of the last bar that had one: a bar without volume has the return -∞, and the next
 *     one that has some is measured by what was traded before; 1 where there was no such bar
 */
public record BarReference(double close, double volume) {

  /** What the bars behind the first of a row are measured by. */
  static BarReference first(Bar bar) {
    return new BarReference(bar.close(), 1).after(bar);
  }

  /** What the next bar is measured by. */
  BarReference after(Bar bar) {
    return new BarReference(bar.close(), bar.volume() > 0 ? bar.volume() : volume);
  }

  /** The logarithm of a bar's value over what it is measured by; -∞ for a volume of 0. */
  double logReturn(Bar bar, BarFeature feature) {
    double value = bar.value(feature);
    if (value == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return StrictMath.log(value / (feature == BarFeature.VOLUME ? volume : close));
  }

  /**
   * The bar of five returns, whose high is no lower, and whose low no higher, than the other
   * prices. Values that would leave what a bar may have stay at its limits.
   */
  Bar bar(double... logReturns) {
    double traded = logReturns[BarFeature.VOLUME.ordinal()];
    return new Bar(
        price(logReturns[BarFeature.OPEN.ordinal()]),
        price(logReturns[BarFeature.HIGH.ordinal()]),
        price(logReturns[BarFeature.LOW.ordinal()]),
        price(logReturns[BarFeature.CLOSE.ordinal()]),
        traded == Double.NEGATIVE_INFINITY ? 0 : grown(volume, traded));
  }

  private double price(double logReturn) {
    return grown(close, logReturn);
  }

  private static double grown(double from, double logReturn) {
    return Math.max(Bar.LEAST, Math.min(Bar.MOST, from * StrictMath.exp(logReturn)));
  }
}
