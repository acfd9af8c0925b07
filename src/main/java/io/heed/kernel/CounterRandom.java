package io.heed.kernel;

/**
 * Random numbers without a state: each is a hash of a seed and of counters that name its place, by
 * the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), one round for each counter.
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1p-53;

  private CounterRandom() {}

  /** 64 evenly spread bits. */
  public static long bits(long seed, long... counters) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (long counter : counters) {
      hash = mix((hash ^ counter) + GOLDEN_GAMMA);
    }
    return hash;
  }

  /** The same for three counters, without an array of them. */
  static long bits(long seed, long first, long second, long third) {
    long hash = mix(seed + GOLDEN_GAMMA);
    hash = mix((hash ^ first) + GOLDEN_GAMMA);
    hash = mix((hash ^ second) + GOLDEN_GAMMA);
    return mix((hash ^ third) + GOLDEN_GAMMA);
  }

  /** Evenly spread over [0, 1), a multiple of 2^-53. */
  public static double uniform(long seed, long... counters) {
    return (bits(seed, counters) >>> 11) * UNIT;
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
