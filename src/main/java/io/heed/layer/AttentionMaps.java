package io.heed.layer;

import io.heed.tensor.Matrix;
import java.util.Locale;
import java.util.Optional;

/**
 * The learned maps of an attention layer. Where one is absent the values pass as they are.
 *
 * @param query from the width of the queries to D
 * @param key from the width of the context to D
 * @param value from the width of the context to Dv
 * @param output from Dv, the heads side by side, to the width of the result
 */
public record AttentionMaps(
    Optional<Map> query, Optional<Map> key, Optional<Map> value, Optional<Map> output) {

  /**
   * One linear map.
   *
   * @param weight {@code [outputs, inputs]}
   * @param bias {@code [outputs]}, zeros where there is none
   */
  public record Map(Matrix weight, float[] bias) {

    /**
     * Checks the bias against the weight.
     *
     * @throws IllegalArgumentException when their sizes differ
     */
    public Map {
      if (bias.length != weight.rows()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a bias of %d values does not fit %d outputs",
                bias.length,
                weight.rows()));
      }
    }

    /** A map without bias. */
    public static Map of(Matrix weight) {
      return new Map(weight, new float[weight.rows()]);
    }
  }

  /** No maps at all. */
  public static AttentionMaps identity() {
    return new AttentionMaps(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
