package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.DistanceBuckets;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * MPNet (Song et al., 2020), with the keys and tensor names of transformers' {@code MPNetConfig}
 * and {@code MPNetModel}: RoBERTa without token types, whose scores have a bias by distance, the
 * same in all layers. The id of padding and the buckets of distances are fixed in its code.
 */
final class Mpnet implements Architecture {
  private static final int PADDING_ID = 1;
  private static final DistanceBuckets BUCKETS = new DistanceBuckets(32, 128);
  private static final EncoderNames NAMES =
      new EncoderNames(
          "mpnet.",
          "encoder.layer",
          new BlockNames(
              "attention.attn.q",
              "attention.attn.k",
              "attention.attn.v",
              "attention.attn.o",
              "attention.LayerNorm",
              "intermediate.dense",
              "output.dense",
              "output.LayerNorm"),
          NamedClassifier.Names.ROBERTA);

  @Override
  public List<String> modelTypes() {
    return List.of("mpnet");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    EncoderTraits traits =
        EncoderTraits.of(
                config.positiveFloat("layer_norm_eps").orElse(1e-12f),
                PositionIds.behindPadding(PADDING_ID),
                0)
            .withDistances("encoder.relative_attention_bias", BUCKETS);
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
