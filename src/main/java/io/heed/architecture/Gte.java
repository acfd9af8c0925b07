package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.Attention;
import io.heed.layer.AttentionSpec;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.Frequencies;
import io.heed.layer.HeadGroup;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LengthScale;
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
import java.util.List;
import java.util.Optional;

/**
 * GTE (Zhang et al., 2024), by its own name {@code new} and by that of transformers 5, with the
 * keys and tensor names of its published checkpoints: BERT with rotary positions and gated hidden
 * layers, whose first half is the value and whose second the gate.
 */
final class Gte implements Architecture {
  /** Tokens of a row that is longer than what the scale of its queries is measured by. */
  private static final int LONGEST = 32_768;

  @Override
  public List<String> modelTypes() {
    return List.of("new", "gte");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    config.requireString("position_embedding_type", "rope");
    config.requireString("layer_norm_type", "layer_norm");
    BlockSpec block =
        EncoderKeys.BERT.block(
            config,
            Activations.read(config, "hidden_act", Activation.GELU),
            config.positiveFloat("layer_norm_eps").orElse(1e-12f));
    int trained = Rope.longest(config, "max_position_embeddings");
    Optional<LengthScale> scale = scale(config, trained);
    ModelSpec spec =
        EncoderKeys.BERT.read(
            config,
            block,
            scale.isPresent() ? Math.max(LONGEST, trained) : trained,
            config.count("type_vocab_size").orElse(1));
    double theta = config.modelType().equals("new") ? 10_000 : 160_000;
    return new Model(spec, Rope.read(config, block.attention().headWidth(), theta), scale);
  }

  private static Optional<LengthScale> scale(ConfigFile config, int trained) {
    if (!config.bool("logn_attention_scale").orElse(false)) {
      return Optional.empty();
    }
    if (trained < 2) {
      throw config.error("logn_attention_scale needs max_position_embeddings of 2 or more");
    }
    boolean clipped = config.bool("logn_attention_clip1").orElse(false);
    return Optional.of(new LengthScale(trained, clipped ? 1f : 0f));
  }

  /**
   * A GTE.
   *
   * @param scale of the queries of long rows
   */
  private record Model(ModelSpec spec, Frequencies frequencies, Optional<LengthScale> scale)
      implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "new.", "gte.");
      InputEmbeddings embeddings =
          BertEmbeddings.withoutPositions(weights, spec, norm(weights, "embeddings.LayerNorm"));
      PositionRule rule = PositionRule.rotary(new Rotary(weights.kernels(), frequencies), scale);
      List<TransformerBlock> blocks =
          weights.in("encoder.layer").each(spec.layers(), layer -> block(layer, rule));
      return new TransformerEncoder(embeddings, blocks, Optional.empty(), spec);
    }

    @Override
    public Optional<Classifier> classifier() {
      return Optional.of(
          new NamedClassifier(
              List.of("", "new.", "gte."), NamedClassifier.Names.BERT, spec.width()));
    }

    private TransformerBlock block(Weights weights, PositionRule positions) {
      BlockSpec block = spec.block();
      int width = block.width();
      Weights attention = weights.in("attention");
      LinearSpec wide = LinearSpec.of(block.intermediate(), width).with(Bias.NONE);
      List<Linear> hidden =
          weights.stacked("mlp.up_gate_proj", List.of(wide, wide.then(block.activation())));
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              block.attention(),
              positions,
              heads(attention),
              attention.linear("o_proj", LinearSpec.of(width, width))),
          norm(weights, "attn_ln"),
          new FeedForward.Gated(
              weights.kernels(),
              hidden.get(1),
              hidden.get(0),
              weights.linear("mlp.down_proj", LinearSpec.of(width, block.intermediate()))),
          norm(weights, "mlp_ln"));
    }

    /**
     * Queries, keys and values come from one map, or where {@code pack_qkv} is false from three.
     */
    private List<HeadGroup> heads(Weights weights) {
      AttentionSpec attention = spec.block().attention();
      return weights.has("q_proj.weight")
          ? weights.heads(attention, spec.width(), "q_proj", "k_proj", "v_proj")
          : weights.heads(attention, spec.width(), "qkv_proj");
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
