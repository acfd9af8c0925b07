package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.Attention;
import io.heed.layer.AttentionScore;
import io.heed.layer.AttentionSpec;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.DistanceBuckets;
import io.heed.layer.FeedForward;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.LinearSpec;
import io.heed.layer.NoNorm;
import io.heed.layer.Norm;
import io.heed.layer.NormPlacement;
import io.heed.layer.PositionRule;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Optional;

/**
 * The encoder of T5 (Raffel et al., 2020), alone or in a whole T5, with the keys and tensor names
 * of transformers' {@code T5Config} and {@code T5EncoderModel}, and those of mT5 and UMT5: no
 * positions but what is added to the scores by distance, which are not scaled, and no biases.
 */
final class T5Encoder implements Architecture {
  /** The code knows no limit; no table of T5 is longer than the tokenizers' 512 tokens need. */
  private static final int LONGEST = 8192;

  /** Each has a bias for every distance, on both sides: 64 MB. */
  private static final int MOST_HEADS = 1024;

  private static final String HIDDEN = "feed_forward_proj";
  private static final EncoderKeys KEYS =
      new EncoderKeys(
          List.of("d_model", "hidden_size"),
          List.of("num_layers", "num_hidden_layers"),
          List.of("num_heads", "num_attention_heads"),
          List.of("d_kv"),
          List.of("d_ff"),
          HIDDEN);
  private static final String GATED = "gated-";

  @Override
  public List<String> modelTypes() {
    return List.of("t5", "mt5", "umt5");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    config.requireFalse("is_decoder");
    Size heads = Size.of(config, KEYS.heads());
    String hidden = config.string(HIDDEN).orElse("relu");
    BlockSpec block =
        new BlockSpec(
            Size.of(config, KEYS.width()).value(),
            AttentionSpec.of(heads.value(), config.size("d_kv"), AttentionMask.none())
                .with(Bias.NONE)
                .with(AttentionScore.dot()),
            config.size("d_ff"),
            activation(config, hidden),
            config.positiveFloat("layer_norm_epsilon").orElse(1e-6f),
            NormPlacement.PRE);
    if (heads.value() > MOST_HEADS) {
      throw config.error("%s %d is more than %d", heads.key(), heads.value(), MOST_HEADS);
    }
    ModelSpec spec = KEYS.read(config, block, LONGEST, 0);
    return new Model(
        spec, buckets(config), hidden.startsWith(GATED), config.modelType().equals("umt5"));
  }

  /** Where it says {@code gated-gelu} transformers takes the form with tanh. */
  private static Activation activation(ConfigFile config, String hidden) {
    String name = hidden.startsWith(GATED) ? hidden.substring(GATED.length()) : hidden;
    return hidden.equals("gated-gelu")
        ? Activation.GELU_TANH
        : Activations.named(name)
            .orElseThrow(() -> config.unsupported(HIDDEN, hidden, "relu, gated-gelu, gated-silu"));
  }

  private static DistanceBuckets buckets(ConfigFile config) {
    int count = config.positiveInt("relative_attention_num_buckets").orElse(32);
    int farthest = config.positiveInt("relative_attention_max_distance").orElse(128);
    if (count < 4 || count % 2 != 0 || farthest <= count / 4) {
      throw config.error(
          "relative_attention_num_buckets %d is not an even number from 4 on of which a quarter"
              + " is below relative_attention_max_distance %d",
          count, farthest);
    }
    return new DistanceBuckets(count, farthest);
  }

  /**
   * An encoder.
   *
   * @param gated whether the hidden layers are
   * @param biasOfEach whether every layer has its own biases by distance
   */
  private record Model(ModelSpec spec, DistanceBuckets buckets, boolean gated, boolean biasOfEach)
      implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.in("encoder");
      InputEmbeddings embeddings =
          InputEmbeddings.withoutPositions(
              root.has("shared.weight")
                  ? root.table("shared", spec.vocabulary(), spec.width())
                  : weights.table("embed_tokens", spec.vocabulary(), spec.width()),
              Optional.empty(),
              new NoNorm(weights.kernels()),
              weights.kernels());
      Weights layers = weights.in("block");
      PositionRule ofFirst = distances(layers.in("0"));
      List<TransformerBlock> blocks =
          layers.each(
              spec.layers(), layer -> block(layer, biasOfEach ? distances(layer) : ofFirst));
      return new TransformerEncoder(
          embeddings, blocks, Optional.of(norm(weights, "final_layer_norm")), spec);
    }

    private PositionRule distances(Weights layer) {
      return PositionRule.relative(
          layer.relativeBias(
              "layer.0.SelfAttention.relative_attention_bias",
              spec.block().attention(),
              buckets,
              spec.positions()));
    }

    private TransformerBlock block(Weights weights, PositionRule positions) {
      BlockSpec block = spec.block();
      int width = block.width();
      AttentionSpec attention = block.attention();
      Weights heads = weights.in("layer.0.SelfAttention");
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              attention,
              positions,
              heads.heads(attention, width, "q", "k", "v"),
              heads.linear("o", LinearSpec.of(width, attention.width()).with(Bias.NONE))),
          norm(weights, "layer.0.layer_norm"),
          hidden(weights.in("layer.1.DenseReluDense")),
          norm(weights, "layer.1.layer_norm"));
    }

    private FeedForward hidden(Weights weights) {
      BlockSpec block = spec.block();
      LinearSpec up = LinearSpec.of(block.intermediate(), block.width()).with(Bias.NONE);
      LinearSpec activated = up.then(block.activation());
      LinearSpec down = LinearSpec.of(block.width(), block.intermediate()).with(Bias.NONE);
      return gated
          ? new FeedForward.Gated(
              weights.kernels(),
              weights.linear("wi_0", activated),
              weights.linear("wi_1", up),
              weights.linear("wo", down))
          : new FeedForward.Plain(
              weights.kernels(), weights.linear("wi", activated), weights.linear("wo", down));
    }

    private Norm norm(Weights weights, String name) {
      return weights.rmsNorm(name, spec.width(), spec.block().normEpsilon());
    }
  }
}
