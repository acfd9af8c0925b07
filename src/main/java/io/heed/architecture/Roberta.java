package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * RoBERTa (Liu et al., 2019), with the keys and tensor names of transformers' {@code RobertaConfig}
 * and {@code RobertaModel}, and XLM-R (Conneau et al., 2020) and CamemBERT (Martin et al., 2020),
 * which have the same: BERT whose positions begin behind that of padding, so that 514 position
 * embeddings serve 512 tokens. Jina's third embedder calls itself XLM-R, and says by {@code
 * position_embedding_type} that it is another family.
 */
final class Roberta implements Architecture {
  private static final String XLM_R = "xlm-roberta";
  private static final String POSITIONS = "position_embedding_type";
  private static final String ABSOLUTE = "absolute";
  private static final String ROTARY = "rotary";
  private static final EncoderNames NAMES =
      new EncoderNames("roberta.", "encoder.layer", BlockNames.BERT, NamedClassifier.Names.ROBERTA);

  @Override
  public List<String> modelTypes() {
    return List.of("roberta", XLM_R, "camembert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    if (config.modelType().equals(XLM_R)) {
      String positions = config.string(POSITIONS).orElse(ABSOLUTE);
      if (positions.equals(ROTARY)) {
        return JinaV3.readOriginal(config);
      }
      if (!positions.equals(ABSOLUTE)) {
        throw config.unsupported(POSITIONS, positions, ABSOLUTE + ", " + ROTARY);
      }
    }
    EncoderTraits traits =
        EncoderTraits.ofBert(
            config, PositionIds.behindPadding(config.count("pad_token_id").orElse(1)));
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
