package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.NormPlacement;
import io.heed.layer.SelfAttention;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.TreeSet;

/**
 * BERT (Devlin et al., 2018), with the keys and tensor names of transformers' {@code BertConfig}
 * and {@code BertModel}; {@code type_vocab_size}, {@code layer_norm_eps} and {@code hidden_act} are
 * 2, 1e-12 and gelu where they are absent. Tensors may have {@code bert.} before them, as in
 * checkpoints with a task head, and norms the old names {@code gamma} and {@code beta}.
 */
final class Bert implements Architecture {
  private static final float DEFAULT_EPSILON = 1e-12f;

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
    config.requireFalse("is_decoder", "add_cross_attention", "is_encoder_decoder");
    config.requireAllHeads();
    int vocabulary = config.size("vocab_size");
    int width = config.width(List.of("hidden_size"), List.of("num_attention_heads"));
    int layers = config.size("num_hidden_layers");
    int heads = config.size("num_attention_heads");
    int intermediate = config.size("intermediate_size");
    int positions = config.size("max_position_embeddings");
    int types = config.positiveInt("type_vocab_size").orElse(2);
    float epsilon = config.positiveFloat("layer_norm_eps").orElse(DEFAULT_EPSILON);
    Activation activation = Activations.read(config, "hidden_act", Activation.GELU);
    BlockSpec block =
        new BlockSpec(
            width,
            new AttentionSpec(heads, width / heads),
            intermediate,
            activation,
            epsilon,
            NormPlacement.POST);
    return new Model(
        new ModelSpec(
            config.modelType(), layers, block, vocabulary, positions, direction(), new TreeSet<>()),
        types);
  }

  /**
   * A BERT.
   *
   * @param types rows of the token type embeddings
   */
  private record Model(ModelSpec spec, int types) implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "bert.").renamed(Model::older);
      InputEmbeddings embeddings = embeddings(weights.in("embeddings"));
      List<TransformerBlock> blocks = weights.in("encoder.layer").each(spec.layers(), this::block);
      return new TransformerEncoder(embeddings, blocks, spec);
    }

    private static String older(String name) {
      return name.replace("LayerNorm.weight", "LayerNorm.gamma")
          .replace("LayerNorm.bias", "LayerNorm.beta");
    }

    private InputEmbeddings embeddings(Weights weights) {
      int width = spec.width();
      return new InputEmbeddings(
          weights.kernels(),
          weights.table("word_embeddings", spec.vocabulary(), width),
          weights.matrix("position_embeddings", spec.positions(), width),
          weights.matrix("token_type_embeddings", types, width),
          weights.layerNorm("LayerNorm", width, spec.block().normEpsilon()));
    }

    private TransformerBlock block(Weights weights) {
      BlockSpec block = spec.block();
      int width = block.width();
      Weights attention = weights.in("attention");
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          new SelfAttention(
              weights.kernels(),
              attention.in("self").heads(block.attention(), width, "query", "key", "value"),
              attention.linear("output.dense", width, width, Activation.NONE)),
          attention.layerNorm("output.LayerNorm", width, block.normEpsilon()),
          new FeedForward(
              weights.kernels(),
              weights.linear("intermediate.dense", block.intermediate(), width, block.activation()),
              weights.linear("output.dense", width, block.intermediate(), Activation.NONE)),
          weights.layerNorm("output.LayerNorm", width, block.normEpsilon()));
    }
  }
}
