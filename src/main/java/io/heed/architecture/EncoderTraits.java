package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.DistanceBuckets;
import io.heed.layer.PositionIds;
import java.util.Optional;

/**
 * What a family of encoders has beside the sizes that all have.
 *
 * @param epsilon what layer normalisation adds to the variance
 * @param activation between the maps of a feed-forward block, where the configuration names none
 * @param positionIds which position embedding a token takes
 * @param tokenTypes rows of the token type embeddings, 0 where there are none
 * @param narrow embeddings that have another width than the blocks
 * @param distances what is added to scores by the distance of a key
 * @param groups number of blocks that stand in the file, where several layers share one
 */
record EncoderTraits(
    float epsilon,
    Activation activation,
    PositionIds positionIds,
    int tokenTypes,
    Optional<Narrow> narrow,
    Optional<Distances> distances,
    Optional<Integer> groups) {

  /**
   * Embeddings that are mapped to the width of the blocks.
   *
   * @param projection name of the map
   * @param width values of an embedding
   */
  record Narrow(String projection, int width) {}

  /**
   * Biases of scores.
   *
   * @param table name of the biases, {@code [buckets, H]}
   * @param buckets of distances that share one
   */
  record Distances(String table, DistanceBuckets buckets) {}

  /** Those that a configuration with the keys and defaults of {@code BertConfig} says. */
  static EncoderTraits ofBert(ConfigFile config, PositionIds positionIds) {
    config.requireString("position_embedding_type", "absolute");
    return of(
        config.positiveFloat("layer_norm_eps").orElse(1e-12f),
        positionIds,
        config.positiveInt("type_vocab_size").orElse(2));
  }

  /** Those of BERT, where GELU is the activation that goes without saying. */
  static EncoderTraits of(float epsilon, PositionIds positionIds, int tokenTypes) {
    return new EncoderTraits(
        epsilon,
        Activation.GELU,
        positionIds,
        tokenTypes,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  EncoderTraits withActivation(Activation other) {
    return new EncoderTraits(epsilon, other, positionIds, tokenTypes, narrow, distances, groups);
  }

  EncoderTraits withNarrow(String projection, int width) {
    Optional<Narrow> some = Optional.of(new Narrow(projection, width));
    return new EncoderTraits(epsilon, activation, positionIds, tokenTypes, some, distances, groups);
  }

  EncoderTraits withDistances(String table, DistanceBuckets buckets) {
    Optional<Distances> some = Optional.of(new Distances(table, buckets));
    return new EncoderTraits(epsilon, activation, positionIds, tokenTypes, narrow, some, groups);
  }

  EncoderTraits withGroups(int count) {
    Optional<Integer> some = Optional.of(count);
    return new EncoderTraits(epsilon, activation, positionIds, tokenTypes, narrow, distances, some);
  }
}
