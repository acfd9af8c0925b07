package io.heed.layer;

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
    Optional<LinearMap> query,
    Optional<LinearMap> key,
    Optional<LinearMap> value,
    Optional<LinearMap> output) {

  /** No maps at all. */
  public static AttentionMaps identity() {
    return new AttentionMaps(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
