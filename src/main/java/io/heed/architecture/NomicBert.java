package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
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
import io.heed.layer.PositionRule;
import io.heed.layer.Rotary;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Nomic BERT (Nussbaum et al., 2024), with the tensor names of its published checkpoints and the
 * keys of both its configurations, its own and that of transformers 5: BERT with rotary positions
 * and gated hidden layers, or with experts in every few layers (Nussbaum and Duderstadt, 2025).
 * Which maps add a bias is seen in the checkpoint.
 */
final class NomicBert implements Architecture {
  private static final EncoderKeys KEYS =
      new EncoderKeys(
          List.of("hidden_size", "n_embd"),
          List.of("num_hidden_layers", "n_layer"),
          List.of("num_attention_heads", "n_head"),
          List.of(),
          List.of("intermediate_size", "n_inner"),
          "hidden_act");
  private static final String ACTIVATION = "activation_function";
  private static final String PERIOD = "moe_every_n_layers";

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
    requireWholeRotation(config);
    float epsilon = config.positiveFloat("layer_norm_eps", "layer_norm_epsilon").orElse(1e-12f);
    ModelSpec spec =
        KEYS.read(
            config,
            KEYS.block(config, activation(config), epsilon),
            Rope.longest(config, "max_position_embeddings", "n_positions"),
            config.count("type_vocab_size").orElse(2));
    return new Model(spec, gated(config), experts(config, spec), frequencies(config, spec));
  }

  private static void requireWholeRotation(ConfigFile config) {
    config.requireNull("rotary_emb_scale_base");
    config
        .positiveFloat("rotary_emb_fraction")
        .filter(fraction -> fraction != 1)
        .ifPresent(
            fraction -> {
              throw config.unsupported("rotary_emb_fraction", fraction.toString(), "1.0");
            });
  }

  private static Optional<Routing> experts(ConfigFile config, ModelSpec spec) {
    int period = config.count(PERIOD).orElse(0);
    if (period == 0) {
      return Optional.empty();
    }
    config.requireFalse("expert_choice_router", "moe_normalize_expert_weights");
    config.requireCount("num_shared_experts", 0);
    config.requireCount("ffn_div", 1);
    if (gated(config)) {
      throw config.error("%s %d needs hidden layers that are not gated", PERIOD, period);
    }
    int count = config.size("num_experts");
    int chosen = config.size("moe_top_k");
    if (chosen > count) {
      throw config.error("moe_top_k %d is more than num_experts %d", chosen, count);
    }
    if (count > Integer.MAX_VALUE / spec.block().intermediate()) {
      throw config.error(
          "num_experts %d of width %d have more than %d values between their maps",
          count, spec.block().intermediate(), Integer.MAX_VALUE);
    }
    return Optional.of(new Routing(period, count, chosen));
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

  private static Frequencies frequencies(ConfigFile config, ModelSpec spec) {
    int headWidth = spec.block().attention().headWidth();
    Optional<Float> factor = config.positiveFloat("rotary_scaling_factor");
    Optional<Float> base = config.positiveFloat("rotary_emb_base");
    double theta = base.orElse(1000f);
    if (factor.isEmpty()) {
      return Rope.read(config, headWidth, theta);
    }
    return Rope.dynamic(
        config, theta, headWidth, factor.get(), config.size("max_trained_positions"));
  }

  /**
   * Experts in some layers.
   *
   * @param period layers of which one, the second, has experts
   * @param count how many
   * @param chosen for each token
   */
  private record Routing(int period, int count, int chosen) {
    /** Whether a layer has experts, counted from 0. */
    boolean in(int layer) {
      return layer % period == 1;
    }
  }

  /**
   * A Nomic BERT.
   *
   * @param gated whether the hidden layers are
   * @param routing where layers have experts
   */
  private record Model(
      ModelSpec spec, boolean gated, Optional<Routing> routing, Frequencies frequencies)
      implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "nomic_bert.", "bert.");
      InputEmbeddings embeddings =
          BertEmbeddings.withoutPositions(weights, spec, norm(weights, "emb_ln"));
      PositionRule rule = PositionRule.rotary(new Rotary(weights.kernels(), frequencies));
      List<TransformerBlock> blocks =
          weights
              .in("encoder.layers")
              .each(spec.layers(), (number, layer) -> block(layer, number, rule));
      return new TransformerEncoder(embeddings, blocks, Optional.empty(), spec);
    }

    private TransformerBlock block(Weights weights, int number, PositionRule positions) {
      int width = spec.width();
      AttentionSpec attention = spec.block().attention().with(bias(weights, "attn.Wqkv"));
      Weights hidden = weights.in("mlp");
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
          routing
              .filter(some -> some.in(number))
              .map(some -> experts(hidden, some))
              .orElseGet(() -> hidden(hidden)),
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

    /** The maps of all experts stand in one tensor, the second ones transposed, without a bias. */
    private FeedForward experts(Weights weights, Routing some) {
      BlockSpec block = spec.block();
      int count = some.count();
      LinearSpec up =
          LinearSpec.of(block.intermediate(), block.width())
              .with(Bias.NONE)
              .then(block.activation());
      LinearSpec down = LinearSpec.of(block.width(), block.intermediate()).with(Bias.NONE);
      Linear router =
          weights.linear("router.layer", LinearSpec.of(count, block.width()).with(Bias.NONE));
      Weights maps = weights.in("experts.mlp").renamed(NomicBert::bare);
      List<Linear> ups = maps.stacked("w1", Collections.nCopies(count, up));
      List<Linear> downs = maps.stackedConv1d("w2", down, count);
      List<FeedForward.Plain> experts = new ArrayList<>();
      for (int e = 0; e < count; e++) {
        experts.add(new FeedForward.Plain(weights.kernels(), ups.get(e), downs.get(e)));
      }
      return new FeedForward.Experts(
          weights.kernels(),
          router,
          List.copyOf(experts),
          some.chosen(),
          weights.vector("experts.bias", block.width()));
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

  /** The maps of experts are no layers of their own, and their names do not end in weight. */
  private static String bare(String name) {
    return name.replaceFirst("\\.weight$", "");
  }
}
