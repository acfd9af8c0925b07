package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * ELECTRA (Clark et al., 2020), with the keys and tensor names of transformers' {@code
 * ElectraConfig} and {@code ElectraModel}: BERT whose embeddings may be narrower than its blocks,
 * {@code embedding_size} 128 where it is absent, and are mapped to their width where it is another.
 */
final class Electra implements Architecture {
  private static final EncoderNames NAMES =
      new EncoderNames("electra.", "encoder.layer", BlockNames.BERT, NamedClassifier.Names.ELECTRA);

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
    EncoderTraits traits = EncoderTraits.ofBert(config, PositionIds.fromZero());
    int width = config.positiveInt("embedding_size").orElse(128);
    return PostNormEncoder.read(
        config,
        EncoderKeys.BERT,
        width == config.size("hidden_size")
            ? traits
            : traits.withNarrow("embeddings_project", width),
        NAMES);
  }
}
