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
    EncoderTraits traits = EncoderTraits.ofBert(config, PositionIds.fromZero());
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
