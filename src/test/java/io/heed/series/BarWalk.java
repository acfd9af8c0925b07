package io.heed.series;

import java.util.Random;

/**
 * Price bars of a walk whose volatility clusters, as that of traded prices does: the variance of a
 * day follows the square of the day before (GARCH(1,1)). The same seed gives the same bars.
 */
public final class BarWalk {
  private static final double CALM_VARIANCE = 4e-6;
  private static final double REACTION = 0.12;
  private static final double PERSISTENCE = 0.85;
  private static final int PATH = 16;

  private final Random random;
  private double price;
  private double variance;
  private double last;
  private final double usualVolume;

  /** A walk of its own price and volume. */
  public BarWalk(long seed) {
    this.random = new Random(seed);
    this.price = 10 * StrictMath.exp(3 * random.nextDouble());
    this.usualVolume = 1e4 * StrictMath.exp(3 * random.nextDouble());
    this.variance = CALM_VARIANCE / (1 - REACTION - PERSISTENCE);
  }

  /** The next bars, prices in cents, whole volumes. */
  public double[][] bars(int count) {
    double[][] bars = new double[count][];
    for (int i = 0; i < count; i++) {
      bars[i] = next();
    }
    return bars;
  }

  private double[] next() {
    variance = CALM_VARIANCE + REACTION * last * last + PERSISTENCE * variance;
    double deviation = Math.sqrt(variance);
    double before = price;
    price *= StrictMath.exp(0.2 * deviation * random.nextGaussian());
    double open = price;
    double high = price;
    double low = price;
    for (int i = 0; i < PATH; i++) {
      price *= StrictMath.exp(deviation / Math.sqrt(PATH) * random.nextGaussian());
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    last = StrictMath.log(price / before);
    double stir = Math.abs(last) / deviation + 0.3 * random.nextGaussian();
    return new double[] {
      cents(open),
      cents(high),
      cents(low),
      cents(price),
      Math.rint(usualVolume * StrictMath.exp(stir))
    };
  }

  private static double cents(double price) {
    return Math.rint(100 * price) / 100;
  }
}
