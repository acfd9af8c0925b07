package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.layer.PositionIds;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * DistilBERT (Sanh et al., 2019), with the keys and tensor names of transformers' {@code
 * DistilBertConfig} and {@code DistilBertModel}: BERT without token types. What norms add to the
 * variance is fixed in its code.
 */
final class DistilBert implements Architecture {
  private static final EncoderKeys KEYS =
      new EncoderKeys(
          List.of("dim", "hidden_size"),
          List.of("n_layers", "num_hidden_layers"),
          List.of("n_heads", "num_attention_heads"),
          List.of(),
          List.of("hidden_dim"),
          "activation");
  private static final EncoderNames NAMES =
      new EncoderNames(
          "distilbert.",
          "transformer.layer",
          new BlockNames(
              "attention.q_lin",
              "attention.k_lin",
              "attention.v_lin",
              "attention.out_lin",
              "sa_layer_norm",
              "ffn.lin1",
              "ffn.lin2",
              "output_layer_norm"),
          NamedClassifier.Names.DISTILBERT);

  @Override
  public List<String> modelTypes() {
    return List.of("distilbert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    EncoderTraits traits = EncoderTraits.of(1e-12f, PositionIds.fromZero(), 0);
    return PostNormEncoder.read(config, KEYS, traits, NAMES);
  }
}
