package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * BERT (Devlin et al., 2018), with the keys and tensor names of transformers' {@code BertConfig}
 * and {@code BertModel}; {@code type_vocab_size}, {@code layer_norm_eps} and {@code hidden_act} are
 * 2, 1e-12 and gelu where they are absent.
 */
final class Bert implements Architecture {
  private static final EncoderNames NAMES =
      new EncoderNames("bert.", "encoder.layer", BlockNames.BERT);

  @Override
  public List<String> modelTypes() {
    return List.of("bert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    config.requireString("position_embedding_type", "absolute");
    EncoderTraits traits =
        EncoderTraits.of(
            config.positiveFloat("layer_norm_eps").orElse(1e-12f),
            PositionIds.fromZero(),
            config.positiveInt("type_vocab_size").orElse(2));
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
