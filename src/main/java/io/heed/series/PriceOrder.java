package io.heed.series;

/** Chooses the four prices of a bar in their bins, so that high and low are what they say. */
final class PriceOrder {
  private PriceOrder() {}

  /**
   * The returns of a bar, in the order of {@link BarFeature}: the medians of the bins, moved inside
   * the bins, as little as it takes, where high would be below another price, or low above. Where
   * no prices in these bins are a bar, open and close stay, and high and low leave their bins.
   *
   * @param features the bins of each feature
   * @param chosen a bin of each
   */
  static double[] returns(FeatureBins[] features, int... chosen) {
    double[] least = new double[BarFeature.COUNT];
    double[] most = new double[BarFeature.COUNT];
    double[] returns = new double[BarFeature.COUNT];
    for (int f = 0; f < BarFeature.COUNT; f++) {
      least[f] = features[f].least(chosen[f]);
      most[f] = features[f].most(chosen[f]);
      returns[f] = features[f].median(chosen[f]);
    }
    int open = BarFeature.OPEN.ordinal();
    int high = BarFeature.HIGH.ordinal();
    int low = BarFeature.LOW.ordinal();
    int close = BarFeature.CLOSE.ordinal();
    double above = max(returns[high], returns[open], returns[close]);
    double below = min(returns[low], returns[open], returns[close]);
    double highFrom = max(least[high], least[open], least[close], least[low]);
    double lowTo = min(most[low], most[open], most[close], most[high]);
    if (highFrom <= most[high] && least[low] <= lowTo) {
      returns[high] = within(highFrom, most[high], above);
      returns[low] = within(least[low], lowTo, below);
      for (int f : new int[] {open, close}) {
        double from = Math.max(least[f], returns[low]);
        returns[f] = within(from, Math.min(most[f], returns[high]), returns[f]);
      }
    } else {
      returns[high] = above;
      returns[low] = below;
    }
    return returns;
  }

  private static double within(double least, double most, double value) {
    return Math.max(least, Math.min(most, value));
  }

  private static double max(double first, double... others) {
    double max = first;
    for (double other : others) {
      max = Math.max(max, other);
    }
    return max;
  }

  private static double min(double first, double... others) {
    double min = first;
    for (double other : others) {
      min = Math.min(min, other);
    }
    return min;
  }
}
