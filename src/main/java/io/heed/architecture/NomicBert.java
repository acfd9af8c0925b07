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
import io.heed.layer.Linear;
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
 * Nomic BERT (Nussbaum et al., 2024), with the tensor names of its published checkpoints and the
 * keys of both its configurations, its own and that of transformers 5: BERT with rotary positions
 * and gated hidden layers. Which maps add a bias is seen in the checkpoint.
 */
final class NomicBert implements Architecture {
  private static final List<String> WIDTH = List.of("hidden_size", "n_embd");
  private static final List<String> HEADS = List.of("num_attention_heads", "n_head");
  private static final String ACTIVATION = "activation_function";

  @Override
  public List<String> modelTypes() {
    return List.of("nomic_bert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    config.requireFalse(
        "prenorm",
        "parallel_block",
        "causal",
        "use_rms_norm",
        "rotary_emb_interleaved",
        "scale_attn_by_inverse_layer_idx");
    requirePlainBlocks(config);
    int width = config.width(WIDTH, HEADS);
    int heads = config.size(HEADS.toArray(String[]::new));
    int headWidth = width / heads;
    BlockSpec block =
        new BlockSpec(
            width,
            AttentionSpec.of(heads, headWidth, AttentionMask.none()),
            config.size("intermediate_size", "n_inner"),
            activation(config),
            config.positiveFloat("layer_norm_eps", "layer_norm_epsilon").orElse(1e-12f),
            NormPlacement.POST);
    ModelSpec spec =
        ModelSpec.encoder(
            config.modelType(),
            config.size("num_hidden_layers", "n_layer"),
            block,
            config.size("vocab_size"),
            Rope.longest(config, "max_position_embeddings", "n_positions"),
            config.count("type_vocab_size").orElse(2));
    return new Model(spec, gated(config), frequencies(config, headWidth));
  }

  private static void requirePlainBlocks(ConfigFile config) {
    config
        .positiveInt("moe_every_n_layers")
        .ifPresent(
            period -> {
              throw config.unsupported("moe_every_n_layers", period.toString(), "0, no experts");
            });
    config
        .positiveFloat("rotary_emb_scale_base")
        .ifPresent(
            base -> {
              throw config.unsupported("rotary_emb_scale_base", base.toString(), "null");
            });
    config
        .positiveFloat("rotary_emb_fraction")
        .filter(fraction -> fraction != 1)
        .ifPresent(
            fraction -> {
              throw config.unsupported("rotary_emb_fraction", fraction.toString(), "1.0");
            });
  }

  private static boolean gated(ConfigFile config) {
    return config.string(ACTIVATION).map(name -> name.endsWith("glu")).orElse(true);
  }

  private static Activation activation(ConfigFile config) {
    Optional<String> name = config.string(ACTIVATION);
    if (name.isEmpty()) {
      return Activations.read(config, "hidden_act", Activation.SILU);
    }
    return switch (name.get()) {
      case "swiglu" -> Activation.SILU;
      case "geglu" -> Activation.GELU;
      default -> {
        if (name.get().endsWith("glu")) {
          throw config.unsupported(ACTIVATION, name.get(), "swiglu, geglu, gelu");
        }
        yield Activations.read(config, ACTIVATION, Activation.GELU);
      }
    };
  }

  private static Frequencies frequencies(ConfigFile config, int headWidth) {
    Optional<Float> factor = config.positiveFloat("rotary_scaling_factor");
    Optional<Float> base = config.positiveFloat("rotary_emb_base");
    double theta = base.orElse(1000f);
    if (factor.isEmpty()) {
      return Rope.read(config, headWidth, theta);
    }
    return Rope.dynamic(theta, headWidth, factor.get(), config.size("max_trained_positions"));
  }

  /**
   * A Nomic BERT.
   *
   * @param gated whether the hidden layers are
   */
  private record Model(ModelSpec spec, boolean gated, Frequencies frequencies)
      implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "nomic_bert.", "bert.");
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
      int width = spec.width();
      AttentionSpec attention = spec.block().attention().with(bias(weights, "attn.Wqkv"));
      return new TransformerBlock(
          weights.kernels(),
          spec.block().placement(),
          Attention.of(
              weights.kernels(),
              attention,
              positions,
              weights.heads(attention, width, "attn.Wqkv"),
              map(weights, "attn.out_proj", width, width)),
          norm(weights, "norm1"),
          hidden(weights.in("mlp")),
          norm(weights, "norm2"));
    }

    /** Of the two maps of a gated layer the second has the activation. */
    private FeedForward hidden(Weights weights) {
      int wide = spec.block().intermediate();
      Linear down = map(weights, "fc2", spec.width(), wide);
      return gated
          ? new FeedForward.Gated(
              weights.kernels(),
              activated(weights, "fc12"),
              map(weights, "fc11", wide, spec.width()),
              down)
          : new FeedForward.Plain(weights.kernels(), activated(weights, "fc1"), down);
    }

    private Linear activated(Weights weights, String name) {
      BlockSpec block = spec.block();
      return weights.linear(
          name,
          LinearSpec.of(block.intermediate(), block.width())
              .with(bias(weights, name))
              .then(block.activation()));
    }

    private static Linear map(Weights weights, String name, int outputs, int inputs) {
      return weights.linear(name, LinearSpec.of(outputs, inputs).with(bias(weights, name)));
    }

    private static Bias bias(Weights weights, String name) {
      return weights.has(name + ".bias") ? Bias.LEARNED : Bias.NONE;
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
