package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.Attention;
import io.heed.layer.AttentionSpec;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.Frequencies;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LinearSpec;
import io.heed.layer.Norm;
import io.heed.layer.NormPlacement;
import io.heed.layer.PositionRule;
import io.heed.layer.Rotary;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Optional;

/**
 * Jina's third embedder (Sturua et al., 2024) as transformers 5 has it, without adapters: XLM-R
 * with rotary positions.
 */
final class JinaV3 implements Architecture {

  @Override
  public List<String> modelTypes() {
    return List.of("jina_embeddings_v3");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    int width = config.width(List.of("hidden_size"), List.of("num_attention_heads"));
    int heads = config.size("num_attention_heads");
    BlockSpec block =
        new BlockSpec(
            width,
            AttentionSpec.of(heads, width / heads, AttentionMask.none()),
            config.size("intermediate_size"),
            Activations.read(config, "hidden_act", Activation.GELU),
            config.positiveFloat("layer_norm_eps").orElse(1e-5f),
            NormPlacement.POST);
    ModelSpec spec =
        ModelSpec.encoder(
            config.modelType(),
            config.size("num_hidden_layers"),
            block,
            config.size("vocab_size"),
            Rope.longest(config, "max_position_embeddings"),
            config.count("type_vocab_size").orElse(1));
    return new Model(spec, Rope.read(config, width / heads, 20_000));
  }

  /** An embedder. */
  private record Model(ModelSpec spec, Frequencies frequencies) implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "roberta.");
      Weights tables = weights.in("embeddings");
      InputEmbeddings embeddings =
          InputEmbeddings.withoutPositions(
              tables.table("word_embeddings", spec.vocabulary(), spec.width()),
              tables.tokenTypes("token_type_embeddings", spec.tokenTypes(), spec.width()),
              norm(weights, "emb_ln"),
              weights.kernels());
      PositionRule rule = PositionRule.rotary(new Rotary(weights.kernels(), frequencies));
      List<TransformerBlock> blocks =
          weights.in("encoder.layers").each(spec.layers(), layer -> block(layer, rule));
      return new TransformerEncoder(embeddings, blocks, Optional.empty(), spec);
    }

    private TransformerBlock block(Weights weights, PositionRule positions) {
      BlockSpec block = spec.block();
      int width = block.width();
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              block.attention(),
              positions,
              weights.heads(block.attention(), width, "mixer.Wqkv"),
              weights.linear("mixer.out_proj", LinearSpec.of(width, width))),
          norm(weights, "norm1"),
          new FeedForward.Plain(
              weights.kernels(),
              weights.linear(
                  "mlp.fc1", LinearSpec.of(block.intermediate(), width).then(block.activation())),
              weights.linear("mlp.fc2", LinearSpec.of(width, block.intermediate()))),
          norm(weights, "norm2"));
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
