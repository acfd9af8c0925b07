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
import io.heed.layer.NoNorm;
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
 * EuroBERT (Boizard et al., 2025), with the keys and tensor names of transformers' {@code
 * EuroBertConfig} and {@code EuroBertModel}: the blocks of Llama (Touvron et al., 2023), in which
 * every token sees all others.
 */
final class EuroBert implements Architecture {
  private static final EncoderKeys KEYS = EncoderKeys.BERT.withHeadWidth("head_dim");

  @Override
  public List<String> modelTypes() {
    return List.of("eurobert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    int width = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    int headWidth =
        config
            .positiveInt("head_dim")
            .orElseGet(
                () -> config.width(List.of("hidden_size"), List.of("num_attention_heads")) / heads);
    int shared = config.positiveInt("num_key_value_heads").orElse(heads);
    if (heads % shared != 0) {
      throw config.error(
          "num_attention_heads %d is not divisible by num_key_value_heads %d", heads, shared);
    }
    AttentionSpec attention =
        AttentionSpec.of(heads, headWidth, AttentionMask.none())
            .sharing(shared)
            .with(Biases.read(config, "attention_bias"));
    BlockSpec block =
        new BlockSpec(
            width,
            attention,
            config.size("intermediate_size"),
            Activations.read(config, "hidden_act", Activation.SILU),
            config.positiveFloat("rms_norm_eps").orElse(1e-5f),
            NormPlacement.PRE);
    ModelSpec spec = KEYS.read(config, block, Rope.longest(config, "max_position_embeddings"), 0);
    return new Model(spec, Biases.read(config, "mlp_bias"), Rope.read(config, headWidth, 10_000));
  }

  /**
   * A EuroBERT.
   *
   * @param hiddenBias whether the maps of the hidden layers add a bias
   */
  private record Model(ModelSpec spec, Bias hiddenBias, Frequencies frequencies)
      implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "model.");
      InputEmbeddings embeddings =
          InputEmbeddings.withoutPositions(
              weights.table("embed_tokens", spec.vocabulary(), spec.width()),
              Optional.empty(),
              new NoNorm(weights.kernels()),
              weights.kernels());
      PositionRule rule = PositionRule.rotary(new Rotary(weights.kernels(), frequencies));
      List<TransformerBlock> blocks =
          weights.in("layers").each(spec.layers(), layer -> block(layer, rule));
      return new TransformerEncoder(embeddings, blocks, Optional.of(norm(weights, "norm")), spec);
    }

    private TransformerBlock block(Weights weights, PositionRule positions) {
      BlockSpec block = spec.block();
      int width = block.width();
      AttentionSpec attention = block.attention();
      Weights heads = weights.in("self_attn");
      Weights hidden = weights.in("mlp");
      LinearSpec up = LinearSpec.of(block.intermediate(), width).with(hiddenBias);
      LinearSpec down = LinearSpec.of(width, block.intermediate()).with(hiddenBias);
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              attention,
              positions,
              heads.heads(attention, width, "q_proj", "k_proj", "v_proj"),
              heads.linear(
                  "o_proj", LinearSpec.of(width, attention.width()).with(attention.bias()))),
          norm(weights, "input_layernorm"),
          new FeedForward.Gated(
              weights.kernels(),
              hidden.linear("gate_proj", up.then(block.activation())),
              hidden.linear("up_proj", up),
              hidden.linear("down_proj", down)),
          norm(weights, "post_attention_layernorm"));
    }

    private Norm norm(Weights weights, String name) {
      return weights.rmsNorm(name, spec.width(), spec.block().normEpsilon());
    }
  }
}
