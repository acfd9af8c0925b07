package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * ALBERT (Lan et al., 2020), with the keys and tensor names of transformers' {@code AlbertConfig}
 * and {@code AlbertModel}: BERT of narrow embeddings, {@code embedding_size} 128 where it is
 * absent, whose layers share the weights of {@code num_hidden_groups} blocks, one where it is
 * absent.
 */
final class Albert implements Architecture {
  /** Layers have no tensors of their own that would bound their number. */
  private static final int MOST_LAYERS = 1024;

  private static final EncoderNames NAMES =
      new EncoderNames(
          "albert.",
          "encoder.albert_layer_groups",
          new BlockNames(
              "albert_layers.0.attention.query",
              "albert_layers.0.attention.key",
              "albert_layers.0.attention.value",
              "albert_layers.0.attention.dense",
              "albert_layers.0.attention.LayerNorm",
              "albert_layers.0.ffn",
              "albert_layers.0.ffn_output",
              "albert_layers.0.full_layer_layer_norm"),
          NamedClassifier.Names.ALBERT);

  @Override
  public List<String> modelTypes() {
    return List.of("albert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    config.requireCount("inner_group_num", 1);
    int layers = config.size("num_hidden_layers");
    if (layers > MOST_LAYERS) {
      throw config.error("num_hidden_layers %d is more than %d", layers, MOST_LAYERS);
    }
    EncoderTraits traits =
        EncoderTraits.ofBert(config, PositionIds.fromZero())
            .withActivation(Activation.GELU_TANH)
            .withNarrow(
                "encoder.embedding_hidden_mapping_in",
                config.positiveInt("embedding_size").orElse(128))
            .withGroups(config.positiveInt("num_hidden_groups").orElse(1));
    return PostNormEncoder.read(config, EncoderKeys.BERT, traits, NAMES);
  }
}
