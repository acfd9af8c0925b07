package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * BERT (Devlin et al., 2018), with the keys and tensor names of transformers' {@code BertConfig}
 * and {@code BertModel}; {@code type_vocab_size}, {@code layer_norm_eps} and {@code hidden_act} are
 * 2, 1e-12 and gelu where they are absent. JinaBERT has the same {@code model_type}, and says by
 * {@code position_embedding_type} that it is another family.
 */
final class Bert implements Architecture {
  private static final String POSITIONS = "position_embedding_type";
  private static final EncoderNames NAMES =
      new EncoderNames("bert.", "encoder.layer", BlockNames.BERT, NamedClassifier.Names.BERT);

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
    String positions = config.string(POSITIONS).orElse("absolute");
    return switch (positions) {
      case "absolute" ->
          PostNormEncoder.read(
              config,
              EncoderKeys.BERT,
              EncoderTraits.ofBert(config, PositionIds.fromZero()),
              NAMES);
      case "alibi" -> JinaBert.read(config);
      default -> throw config.unsupported(POSITIONS, positions, "absolute, alibi");
    };
  }
}
