package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * RoBERTa (Liu et al., 2019), with the keys and tensor names of transformers' {@code RobertaConfig}
 * and {@code RobertaModel}, and XLM-R (Conneau et al., 2020) and CamemBERT (Martin et al., 2020),
 * which have the same: BERT whose positions begin behind that of padding, so that 514 position
 * embeddings serve 512 tokens.
 */
final class Roberta implements Architecture {
  private static final EncoderNames NAMES =
      new EncoderNames("roberta.", "encoder.layer", BlockNames.BERT);

  @Override
  public List<String> modelTypes() {
    return List.of("roberta", "xlm-roberta", "camembert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    EncoderTraits traits =
        EncoderTraits.ofBert(
            config, PositionIds.behindPadding(config.count("pad_token_id").orElse(1)));
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
