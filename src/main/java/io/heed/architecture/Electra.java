package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;
import java.util.Optional;

/**
 * ELECTRA (Clark et al., 2020), with the keys and tensor names of transformers' {@code
 * ElectraConfig} and {@code ElectraModel}: BERT whose embeddings may be narrower than its blocks,
 * {@code embedding_size} 128 where it is absent.
 */
final class Electra implements Architecture {
  private static final EncoderNames NAMES =
      new EncoderNames("electra.", "embeddings_project", "encoder.layer", BlockNames.BERT);

  @Override
  public List<String> modelTypes() {
    return List.of("electra");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    config.requireString("position_embedding_type", "absolute");
    EncoderTraits traits =
        new EncoderTraits(
            config.positiveFloat("layer_norm_eps").orElse(1e-12f),
            Activation.GELU,
            PositionIds.fromZero(),
            config.positiveInt("type_vocab_size").orElse(2),
            Optional.of(config.positiveInt("embedding_size").orElse(128)));
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
