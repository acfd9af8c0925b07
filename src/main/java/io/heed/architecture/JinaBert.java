package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.layer.Alibi;
import io.heed.layer.Attention;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.HeadGroup;
import io.heed.layer.InputEmbeddings;
import io.heed.layer.Linear;
import io.heed.layer.LinearSpec;
import io.heed.layer.Norm;
import io.heed.layer.PositionRule;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Optional;

/**
 * JinaBERT (Günther et al., 2023), with the keys of {@code JinaBertConfig}: BERT without position
 * embeddings, whose scores fall with the distance of a key, and with gated hidden layers. Of its
 * two codes, {@code jina-bert-implementation} and {@code jina-bert-v2-qk-post-norm}, a checkpoint's
 * tensors say which one it was made for. The second normalises queries and keys before they are
 * split into heads, and in its first half normalises twice: {@code n = LN(x + dense(heads))}, then
 * {@code LN_1(x + n)}.
 */
final class JinaBert {
  private static final String HIDDEN = "feed_forward_type";
  private static final String ORIGINAL = "original";
  private static final String POSITIONS = "max_position_embeddings";

  /** No tensor bounds the number of positions, and two biases for each and head are in memory. */
  private static final int MOST_POSITIONS = 131_072;

  /** So many of 64 heads: the biases take 64 MB. */
  private static final long MOST_BIASES = 64L * MOST_POSITIONS;

  private JinaBert() {}

  /** Reads the configuration of a model of which the positions are told by distance. */
  static Blueprint read(ConfigFile config) {
    config.requireFalse("is_decoder", "add_cross_attention", "is_encoder_decoder");
    config.requireAllHeads();
    int positions = config.size(POSITIONS);
    if (positions > MOST_POSITIONS) {
      throw config.error("%s %d is more than %d", POSITIONS, positions, MOST_POSITIONS);
    }
    int heads = config.size("num_attention_heads");
    if ((long) heads * positions > MOST_BIASES) {
      throw config.error(
          "num_attention_heads %d x %s %d is more than %d",
          heads, POSITIONS, positions, MOST_BIASES);
    }
    String hidden = config.string(HIDDEN).orElse(ORIGINAL);
    float epsilon = config.positiveFloat("layer_norm_eps").orElse(1e-12f);
    ModelSpec spec =
        EncoderKeys.BERT.read(
            config,
            EncoderKeys.BERT.block(config, activation(config, hidden), epsilon),
            positions,
            config.positiveInt("type_vocab_size").orElse(2));
    return new Model(spec, !hidden.equals(ORIGINAL));
  }

  /** A gated layer has the activation of its name, whatever {@code hidden_act} is. */
  private static Activation activation(ConfigFile config, String hidden) {
    return switch (hidden) {
      case "geglu" -> Activation.GELU;
      case "reglu" -> Activation.RELU;
      case ORIGINAL -> Activations.read(config, "hidden_act", Activation.GELU);
      default -> throw config.unsupported(HIDDEN, hidden, "geglu, reglu, " + ORIGINAL);
    };
  }

  /**
   * A JinaBERT.
   *
   * @param gated whether the hidden layers are
   */
  private record Model(ModelSpec spec, boolean gated) implements Blueprint {

    @Override
    public Optional<Classifier> classifier() {
      return Optional.of(
          new NamedClassifier(List.of("", "bert."), NamedClassifier.Names.BERT, spec.width()));
    }

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "bert.");
      InputEmbeddings embeddings =
          BertEmbeddings.withoutPositions(weights, spec, norm(weights, "embeddings.LayerNorm"));
      PositionRule rule =
          PositionRule.relative(Alibi.of(spec.block().attention(), spec.positions()));
      List<TransformerBlock> blocks =
          weights.in("encoder.layer").each(spec.layers(), layer -> block(layer, rule));
      return new TransformerEncoder(embeddings, blocks, Optional.empty(), spec);
    }

    private TransformerBlock block(Weights weights, PositionRule positions) {
      boolean postNorm = weights.has("attention.self.layer_norm_q.weight");
      BlockSpec block = spec.block();
      Weights self = weights.in("attention.self");
      Attention attention =
          Attention.of(
              weights.kernels(),
              block.attention(),
              positions,
              postNorm ? List.of(normalized(self)) : heads(self),
              weights.linear("attention.output.dense", square()));
      Norm afterAttention = norm(weights, "attention.output.LayerNorm");
      if (postNorm) {
        return new TransformerBlock(
            weights.kernels(),
            block.placement(),
            attention,
            Optional.of(afterAttention),
            norm(weights, "layer_norm_1"),
            postNormHidden(weights.in("mlp")),
            norm(weights, "layer_norm_2"));
      }
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          attention,
          afterAttention,
          hidden(weights),
          norm(weights, gated ? "mlp.layernorm" : "output.LayerNorm"));
    }

    private List<HeadGroup> heads(Weights self) {
      return self.heads(spec.block().attention(), spec.width(), "query", "key", "value");
    }

    private HeadGroup normalized(Weights self) {
      return new HeadGroup.Normalized(
          spec.heads(),
          self.linear("query", square()),
          norm(self, "layer_norm_q"),
          self.linear("key", square()),
          norm(self, "layer_norm_k"),
          self.linear("value", square()));
    }

    /** Of the two maps of a gated layer the first has the activation. */
    private FeedForward hidden(Weights weights) {
      if (gated) {
        List<Linear> both =
            weights.stacked("mlp.gated_layers", List.of(wide().then(act()), wide()));
        return new FeedForward.Gated(
            weights.kernels(), both.get(0), both.get(1), weights.linear("mlp.wo", narrow()));
      }
      return new FeedForward.Plain(
          weights.kernels(),
          weights.linear("intermediate.dense", wide().with(Bias.LEARNED).then(act())),
          weights.linear("output.dense", narrow()));
    }

    /** Of the two maps of a gated layer the second has the activation. */
    private FeedForward postNormHidden(Weights weights) {
      if (gated) {
        List<Linear> both = weights.stacked("up_gated_layer", List.of(wide(), wide().then(act())));
        return new FeedForward.Gated(
            weights.kernels(), both.get(1), both.get(0), weights.linear("down_layer", narrow()));
      }
      return new FeedForward.Plain(
          weights.kernels(),
          weights.linear("up_layer", wide().then(act())),
          weights.linear("down_layer", narrow()));
    }

    private Activation act() {
      return spec.block().activation();
    }

    private LinearSpec square() {
      return LinearSpec.of(spec.width(), spec.width());
    }

    private LinearSpec wide() {
      return LinearSpec.of(spec.block().intermediate(), spec.width()).with(Bias.NONE);
    }

    private LinearSpec narrow() {
      return LinearSpec.of(spec.width(), spec.block().intermediate());
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
