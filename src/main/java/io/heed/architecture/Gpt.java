package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.Attention;
import io.heed.layer.AttentionSpec;
import io.heed.layer.Bias;
import io.heed.layer.BlockSpec;
import io.heed.layer.FeedForward;
import io.heed.layer.Linear;
import io.heed.layer.LinearSpec;
import io.heed.layer.Norm;
import io.heed.layer.NormPlacement;
import io.heed.layer.PositionRule;
import io.heed.layer.TokenEmbeddings;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Weights;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.model.Transformer;
import io.heed.model.TransformerDecoder;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * GPT-2 (Radford et al., 2019) and the first GPT (2018), with the keys and tensor names of
 * transformers' {@code GPT2Model} and {@code OpenAIGPTModel}. Maps are {@code Conv1D}; tensors may
 * have {@code transformer.} before them. What else old files have, such as the masks {@code
 * attn.bias} and {@code attn.masked_bias}, is left alone.
 *
 * <p>Where they are absent, {@code layer_norm_epsilon} is 1e-5, {@code n_inner} four times {@code
 * n_embd}, {@code activation_function} gelu_new, {@code afn} gelu, which in the first GPT's code is
 * gelu_new, and the output embeddings are tied.
 */
final class Gpt implements Architecture {
  private static final String GPT2 = "gpt2";
  private static final String OPENAI_GPT = "openai-gpt";
  private static final float DEFAULT_EPSILON = 1e-5f;
  private static final int DEFAULT_WIDENING = 4;
  private static final List<String> WIDTH = List.of("n_embd", "hidden_size");
  private static final List<String> HEADS = List.of("n_head", "num_attention_heads");

  @Override
  public List<String> modelTypes() {
    return List.of(GPT2, OPENAI_GPT);
  }

  @Override
  public Direction direction() {
    return Direction.CAUSAL;
  }

  @Override
  public Blueprint read(ConfigFile config) {
    SortedSet<Integer> endOfText = config.endOfText();
    return config.modelType().equals(GPT2)
        ? readGpt2(config, endOfText)
        : readOpenAiGpt(config, endOfText);
  }

  private Blueprint readGpt2(ConfigFile config, SortedSet<Integer> endOfText) {
    config.requireFalse("scale_attn_by_inverse_layer_idx", "add_cross_attention");
    if (!config.bool("scale_attn_weights").orElse(true)) {
      throw config.unsupported("scale_attn_weights", "false", "true");
    }
    Activation activation = Activations.read(config, "activation_function", Activation.GELU_TANH);
    int inner = config.positiveInt("n_inner").orElse(fourTimesWider(config));
    ModelSpec spec = spec(config, inner, activation, NormPlacement.PRE, endOfText);
    return new Model(spec, DecoderNames.ofGpt("wte", "wpe"), tied(config));
  }

  private Blueprint readOpenAiGpt(ConfigFile config, SortedSet<Integer> endOfText) {
    String name = config.string("afn").orElse("gelu");
    Activation activation =
        switch (name) {
          case "gelu" -> Activation.GELU_TANH;
          case "relu" -> Activation.RELU;
          default -> throw config.unsupported("afn", name, "gelu, relu");
        };
    ModelSpec spec =
        spec(config, fourTimesWider(config), activation, NormPlacement.POST, endOfText);
    DecoderNames names = DecoderNames.ofGpt("tokens_embed", "positions_embed");
    return new Model(spec, names, tied(config));
  }

  private ModelSpec spec(
      ConfigFile config,
      int intermediate,
      Activation activation,
      NormPlacement placement,
      SortedSet<Integer> endOfText) {
    config.requireFalse("is_encoder_decoder");
    config.requireAllHeads();
    int vocabulary = config.size("vocab_size");
    int width = config.width(WIDTH, HEADS);
    Size wide = Size.of(config, WIDTH);
    // Queries, keys and values come from one map.
    Size.requireMatrix(config, 3, wide, wide);
    int layers = config.size("n_layer", "num_hidden_layers");
    int heads = config.size(HEADS.toArray(String[]::new));
    int positions = positions(config);
    float epsilon = config.positiveFloat("layer_norm_epsilon").orElse(DEFAULT_EPSILON);
    AttentionSpec attention = AttentionSpec.of(heads, width / heads, AttentionMask.causal());
    return new ModelSpec(
        config.modelType(),
        layers,
        new BlockSpec(width, attention, intermediate, activation, epsilon, placement),
        vocabulary,
        positions,
        0,
        direction(),
        endOfText);
  }

  /** {@code n_ctx}, which transformers does not read, says it in old files that lack the others. */
  private static int positions(ConfigFile config) {
    return config
        .positiveInt("n_positions", "max_position_embeddings")
        .orElseGet(() -> config.positiveInt("n_ctx").orElseGet(() -> config.size("n_positions")));
  }

  private static OutputEmbeddings tied(ConfigFile config) {
    boolean tied = config.bool("tie_word_embeddings").orElse(true);
    return tied ? OutputEmbeddings.TIED : OutputEmbeddings.SEPARATE;
  }

  private static int fourTimesWider(ConfigFile config) {
    int width = config.size(WIDTH.toArray(String[]::new));
    if (width > Integer.MAX_VALUE / DEFAULT_WIDENING) {
      throw config.error(
          "%s %d is too large for a layer four times wider", config.present(WIDTH), width);
    }
    return DEFAULT_WIDENING * width;
  }

  /** Which table the map from hidden states to token ids is. */
  private enum OutputEmbeddings {
    /** The one of the input, unless the checkpoint has its own. */
    TIED,
    /** One of its own, which the checkpoint has to have. */
    SEPARATE
  }

  /**
   * A GPT.
   *
   * @param names of its tensors
   */
  private record Model(ModelSpec spec, DecoderNames names, OutputEmbeddings outputEmbeddings)
      implements Blueprint {

    @Override
    public Optional<DecoderNames> trainable() {
      return Optional.of(names);
    }

    /**
     * The map to logits is {@code lm_head.weight} where the checkpoint has one, else the token
     * embeddings. As transformers 5 does, the checkpoint's own is taken even where the
     * configuration says that the two are tied: mostly they are equal, and where they differ they
     * were trained apart. Where both names are of one tensor, it is loaded once.
     */
    @Override
    public Transformer build(Weights root) {
      Weights weights = root.rooted("", names.scope());
      int vocabulary = spec.vocabulary();
      int width = spec.width();
      boolean present =
          outputEmbeddings == OutputEmbeddings.SEPARATE || weights.has(names.logits() + ".weight");
      boolean own =
          present && !weights.same(names.logits() + ".weight", names.tokens() + ".weight");
      Optional<Linear> shared =
          own
              ? Optional.empty()
              : Optional.of(
                  weights.linear(names.tokens(), LinearSpec.of(vocabulary, width).with(Bias.NONE)));
      EmbeddingTable table =
          shared
              .map(Linear::table)
              .orElseGet(() -> weights.table(names.tokens(), vocabulary, width));
      Matrix places = weights.matrix(names.positions(), spec.positions(), width);
      List<TransformerBlock> blocks = weights.in(names.blocks()).each(spec.layers(), this::block);
      Optional<Norm> finalNorm =
          spec.block().placement() == NormPlacement.PRE
              ? Optional.of(norm(weights, names.finalNorm()))
              : Optional.empty();
      Linear logits =
          shared.orElseGet(
              () ->
                  weights.linear(names.logits(), LinearSpec.of(vocabulary, width).with(Bias.NONE)));
      TokenEmbeddings embeddings = new TokenEmbeddings(weights.kernels(), table, places);
      return new TransformerDecoder(embeddings, blocks, finalNorm, logits, spec);
    }

    private TransformerBlock block(Weights weights) {
      BlockSpec block = spec.block();
      int width = block.width();
      Norm attentionNorm = norm(weights, names.attentionNorm());
      int heads = block.attention().width();
      Attention attention =
          Attention.of(
              weights.kernels(),
              block.attention(),
              PositionRule.none(),
              weights.conv1dHeads(block.attention(), width, names.queryKeyValue()),
              weights.conv1d(names.attentionOutput(), LinearSpec.of(width, heads)));
      Norm outputNorm = norm(weights, names.outputNorm());
      FeedForward feedForward =
          new FeedForward.Plain(
              weights.kernels(),
              weights.conv1d(
                  names.inner(),
                  LinearSpec.of(block.intermediate(), width).then(block.activation())),
              weights.conv1d(names.outer(), LinearSpec.of(width, block.intermediate())));
      return new TransformerBlock(
          weights.kernels(), block.placement(), attention, attentionNorm, feedForward, outputNorm);
    }

    private Norm norm(Weights weights, String name) {
      return weights.layerNorm(name, spec.width(), Bias.LEARNED, spec.block().normEpsilon());
    }
  }
}
