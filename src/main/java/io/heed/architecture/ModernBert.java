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
import io.heed.layer.NoNorm;
import io.heed.layer.Norm;
import io.heed.layer.NormPlacement;
import io.heed.layer.Pooling;
import io.heed.layer.PositionRule;
import io.heed.layer.Rotary;
import io.heed.layer.TransformerBlock;
import io.heed.layer.VectorHead;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.List;
import java.util.Optional;

/**
 * ModernBERT (Warner et al., 2024), with the keys and tensor names of transformers' {@code
 * ModernBertConfig} and {@code ModernBertModel}: rotary positions, gated hidden layers, norms
 * before each half but the first, and of every few layers all but one see a window only.
 */
final class ModernBert implements Architecture {
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  @Override
  public List<String> modelTypes() {
    return List.of("modernbert");
  }

  @Override
  public Direction direction() {
    return Direction.BOTH;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    BlockSpec plain =
        EncoderKeys.BERT.block(
            config,
            Activations.read(config, "hidden_activation", Activation.GELU),
            config.positiveFloat("norm_eps").orElse(1e-5f));
    AttentionSpec attention = plain.attention().with(Biases.read(config, "attention_bias"));
    BlockSpec block = plain.with(attention).with(NormPlacement.PRE);
    ModelSpec spec =
        EncoderKeys.BERT.read(config, block, config.size("max_position_embeddings"), 0);
    int headWidth = attention.headWidth();
    return new Model(
        spec,
        Biases.read(config, "norm_bias"),
        Biases.read(config, "mlp_bias"),
        config,
        Windows.read(config, spec.layers()),
        Rope.read(config, FULL, "global_rope_theta", headWidth, 160_000),
        Rope.read(config, SLIDING, "local_rope_theta", headWidth, 10_000));
  }

  /**
   * Which layers see a window only. Their number is bounded by tensors that are not read yet.
   *
   * @param reach how far a token sees to both sides there
   * @param period layers of which one, the first, has no window, where no types are given
   * @param types of all layers, where they are given
   */
  private record Windows(int reach, int period, Optional<List<String>> types) {

    static Windows read(ConfigFile config, int layers) {
      Optional<List<String>> types = config.strings("layer_types");
      types.ifPresent(given -> requireKnown(config, given, layers));
      return new Windows(
          config.positiveInt("local_attention").orElse(128) / 2,
          config.positiveInt("global_attn_every_n_layers").orElse(3),
          types);
    }

    private static void requireKnown(ConfigFile config, List<String> types, int layers) {
      if (types.size() != layers) {
        throw config.error(
            "layer_types has %d layers, num_hidden_layers is %d", types.size(), layers);
      }
      for (String type : types) {
        if (!type.equals(FULL) && !type.equals(SLIDING)) {
          throw config.unsupported("layer_types", type, FULL + ", " + SLIDING);
        }
      }
    }

    /** The window of a layer, if it has one. */
    Optional<Integer> of(int layer) {
      boolean full = types.map(given -> given.get(layer).equals(FULL)).orElse(layer % period == 0);
      return full ? Optional.empty() : Optional.of(reach);
    }
  }

  /**
   * A ModernBERT.
   *
   * @param normBias whether norms add a bias
   * @param hiddenBias whether the maps of the hidden layer do
   * @param config which says what a classifier is
   * @param windows which layers have one
   * @param wide frequencies of layers without a window
   * @param near frequencies of the others
   */
  private record Model(
      ModelSpec spec,
      Bias normBias,
      Bias hiddenBias,
      ConfigFile config,
      Windows windows,
      Frequencies wide,
      Frequencies near)
      implements Blueprint {

    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", "model.");
      int width = spec.width();
      Weights tables = weights.in("embeddings");
      InputEmbeddings embeddings =
          InputEmbeddings.withoutPositions(
              tables.table("tok_embeddings", spec.vocabulary(), width),
              Optional.empty(),
              norm(tables, "norm"),
              weights.kernels());
      PositionRule everywhere = PositionRule.rotary(new Rotary(weights.kernels(), wide));
      PositionRule nearby = PositionRule.rotary(new Rotary(weights.kernels(), near));
      List<TransformerBlock> blocks =
          weights
              .in("layers")
              .each(
                  spec.layers(),
                  (number, layer) -> {
                    Optional<Integer> reach = windows.of(number);
                    return block(
                        layer,
                        number == 0 ? new NoNorm(layer.kernels()) : norm(layer, "attn_norm"),
                        reach.map(AttentionMask::window).orElseGet(AttentionMask::none),
                        reach.isEmpty() ? everywhere : nearby);
                  });
      return new TransformerEncoder(
          embeddings, blocks, Optional.of(norm(weights, "final_norm")), spec);
    }

    @Override
    public Optional<Classifier> classifier() {
      return Optional.of(new Head(this));
    }

    private TransformerBlock block(
        Weights weights, Norm attentionNorm, AttentionMask mask, PositionRule positions) {
      BlockSpec block = spec.block();
      int width = block.width();
      AttentionSpec attention = block.attention().with(mask);
      Linear output = weights.linear("attn.Wo", LinearSpec.of(width, width).with(attention.bias()));
      LinearSpec wide = LinearSpec.of(block.intermediate(), width).with(hiddenBias);
      List<Linear> hidden = weights.stacked("mlp.Wi", List.of(wide.then(block.activation()), wide));
      Linear down =
          weights.linear("mlp.Wo", LinearSpec.of(width, block.intermediate()).with(hiddenBias));
      return new TransformerBlock(
          weights.kernels(),
          block.placement(),
          Attention.of(
              weights.kernels(),
              attention,
              positions,
              weights.heads(attention, width, "attn.Wqkv"),
              output),
          attentionNorm,
          new FeedForward.Gated(weights.kernels(), hidden.get(0), hidden.get(1), down),
          norm(weights, "mlp_norm"));
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), normBias, spec.block().normEpsilon());
    }
  }

  /** Its classifier: a prediction head, which normalises, and a map behind it. */
  private record Head(Model model) implements Classifier {
    private static final String POOLING = "classifier_pooling";

    @Override
    public Pooling pooling() {
      String pooling = model.config().string(POOLING).orElse("cls");
      return switch (pooling) {
        case "cls" -> Pooling.CLS;
        case "mean" -> Pooling.MEAN;
        default -> throw model.config().unsupported(POOLING, pooling, "cls, mean");
      };
    }

    @Override
    public VectorHead build(Weights root, int classes) {
      int width = model.spec().width();
      LinearSpec dense =
          LinearSpec.of(width, width)
              .with(Biases.read(model.config(), "classifier_bias"))
              .then(Activations.read(model.config(), "classifier_activation", Activation.GELU));
      return new VectorHead(
          root.kernels(),
          List.of(
              new VectorHead.Mapped(root.linear("head.dense", dense)),
              new VectorHead.Normed(model.norm(root, "head.norm")),
              new VectorHead.Mapped(root.linear("classifier", LinearSpec.of(classes, width)))));
    }
  }
}
