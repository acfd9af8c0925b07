package io.heed.series;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Bars to token ids and back. Every bar but the first of a row is five tokens, in the order of
 * {@link BarFeature}: of open, high, low and close the logarithm of the price over the close of the
 * bar before, of volume that over the last volume above 0, each in its bin. Token id {@code f * n +
 * b} is bin {@code b} of feature {@code f}, with {@code n} ids for each feature.
 *
 * <p>The way back takes the bins' medians and keeps the order of prices, see {@link PriceOrder};
 * the tokens of bars that were made of tokens of bars are these tokens again. Immutable.
 */
public final class BarDiscretizer implements Serializable {
  private static final long serialVersionUID = 1;

  /** The most bins of a feature; what is fitted would not tell more apart. */
  public static final int MOST_BINS = 4096;

  /** The fewest that tell anything. */
  public static final int LEAST_BINS = 2;

  private final int idsPerFeature;
  private final FeatureBins[] features;

  /**
   * A discretizer.
   *
   * @param idsPerFeature token ids of each feature, {@value #LEAST_BINS} to {@value #MOST_BINS}
   * @param features bins of each feature, in the order of {@link BarFeature}, at most that many;
   *     fewer where returns are often the same
   * @throws IllegalArgumentException naming the rule and the values where the sizes do not fit, or
   *     where something but volume has a median of -∞
   */
  public BarDiscretizer(int idsPerFeature, List<FeatureBins> features) {
    if (idsPerFeature < LEAST_BINS || idsPerFeature > MOST_BINS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "bins %d is not from %d to %d", idsPerFeature, LEAST_BINS, MOST_BINS));
    }
    if (features.size() != BarFeature.COUNT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there are bins of %d features, not %d",
              features.size(),
              BarFeature.COUNT));
    }
    this.idsPerFeature = idsPerFeature;
    this.features = features.toArray(FeatureBins[]::new);
    for (BarFeature feature : BarFeature.values()) {
      FeatureBins bins = bins(feature);
      if (bins.size() > idsPerFeature) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s has %d bins, more than bins %d",
                feature.label(),
                bins.size(),
                idsPerFeature));
      }
      if (feature != BarFeature.VOLUME && bins.median(0) == Double.NEGATIVE_INFINITY) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s has a bin of no price", feature.label()));
      }
    }
  }

  /** Token ids of each feature. */
  public int idsPerFeature() {
    return idsPerFeature;
  }

  /** All token ids are below this. */
  public int vocabulary() {
    return BarFeature.COUNT * idsPerFeature;
  }

  /** The bins of a feature. */
  public FeatureBins bins(BarFeature feature) {
    return features[feature.ordinal()];
  }

  /** The first token id of a feature; as many follow as it has bins. */
  public int firstId(BarFeature feature) {
    return feature.ordinal() * idsPerFeature;
  }

  /** The tokens of a row, five for each bar but the first. */
  public int[] tokens(BarSeries series) {
    int[] ids = new int[series.tokens()];
    series.forEachReturn(
        (position, feature, logReturn) ->
            ids[position] = firstId(feature) + bins(feature).bin(logReturn));
    return ids;
  }

  /**
   * The bars that tokens stand for. Tokens behind the last whole bar are left out.
   *
   * @param reference what the first of them is measured by
   * @throws IllegalArgumentException naming a token that is not one of its feature's
   */
  public List<Bar> bars(BarReference reference, int... ids) {
    List<Bar> bars = new ArrayList<>(ids.length / BarFeature.COUNT);
    BarReference next = reference;
    for (int at = 0; at + BarFeature.COUNT <= ids.length; at += BarFeature.COUNT) {
      Bar bar = next.bar(PriceOrder.returns(features, chosen(ids, at)));
      bars.add(bar);
      next = next.after(bar);
    }
    return bars;
  }

  private int[] chosen(int[] ids, int at) {
    int[] chosen = new int[BarFeature.COUNT];
    for (int f = 0; f < BarFeature.COUNT; f++) {
      int bin = ids[at + f] - f * idsPerFeature;
      if (bin < 0 || bin >= features[f].size()) {
        BarFeature feature = BarFeature.at(f);
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "token id %d at position %d is not one of %s, %d to %d",
                ids[at + f],
                at + f,
                feature.label(),
                firstId(feature),
                firstId(feature) + features[f].size() - 1));
      }
      chosen[f] = bin;
    }
    return chosen;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BarDiscretizer discretizer
        && idsPerFeature == discretizer.idsPerFeature
        && Arrays.equals(features, discretizer.features);
  }

  @Override
  public int hashCode() {
    return 31 * idsPerFeature + Arrays.hashCode(features);
  }
}
