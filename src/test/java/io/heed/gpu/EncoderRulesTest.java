package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.Kernels;
import io.heed.kernel.Projection;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Attention;
import io.heed.layer.AttentionScore;
import io.heed.layer.FeedForward;
import io.heed.layer.Frequencies;
import io.heed.layer.HeadGroup;
import io.heed.layer.LayerMix;
import io.heed.layer.LengthScale;
import io.heed.layer.Linear;
import io.heed.layer.NoNorm;
import io.heed.layer.Norm;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.layer.PositionRule;
import io.heed.layer.Rotary;
import io.heed.layer.TransformerBlock;
import io.heed.layer.Workspace;
import io.heed.model.ModelSpec;
import io.heed.model.TokenVectors;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the device cannot do is told by what a model is built of. */
class EncoderRulesTest {
  private static final Kernels KERNELS = new ReferenceKernels();

  @TempDir private static Path place;
  private static TransformerEncoder plain;

  @BeforeAll
  static void load() throws IOException {
    plain = (TransformerEncoder) SmallModel.of("{'model_type': 'bert'}").load(place, KERNELS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'model_type': 'bert', 'hidden_size': 60"
            + "| hidden states of 60 values are no multiple of 8 up to 2048 (model_type bert)",
        "'model_type': 'eurobert', 'hidden_size': 2056, 'num_attention_heads': 1,"
            + " 'head_dim': 8, 'intermediate_size': 8"
            + "| hidden states of 2056 values are no multiple of 8 up to 2048 (model_type eurobert)",
        "'model_type': 'electra', 'embedding_size': 20"
            + "| embeddings of 20 values are no multiple of 8 up to 2048 (model_type electra)",
        "'model_type': 'bert', 'hidden_size': 48"
            + "| heads of 12 values are no multiple of 8 up to 128 (model_type bert)",
        "'model_type': 'bert', 'hidden_size': 136, 'num_attention_heads': 1"
            + "| heads of 136 values are no multiple of 8 up to 128 (model_type bert)",
        "'model_type': 'bert', 'intermediate_size': 77"
            + "| 77 values of a wide layer are no multiple of 8 (model_type bert)",
        "'model_type': 'deberta-v2', 'relative_attention': true, 'pos_att_type': 'c2p'"
            + "| scores have products with vectors of the distance (model_type deberta-v2)",
        "'model_type': 'nomic_bert', 'activation_function': 'gelu', 'moe_every_n_layers': 2,"
            + " 'num_experts': 4, 'moe_top_k': 2"
            + "| experts compute the feed-forward half (model_type nomic_bert)"
      })
  void modelsThatAreRefused(String config, String why, @TempDir Path folder) throws IOException {
    Transformer model = SmallModel.of("{" + config + "}").load(folder, KERNELS);
    assertThat(EncoderRules.fault(model)).contains(why);
  }

  /** Blocks that no checkpoint has, made of those that one has. */
  enum Block {
    MASK(
        "attention has the mask Padding",
        block -> with(block, attention(block, AttentionMask.padding(1)))),
    SCORE(
        "attention compares by GAUSSIAN",
        block -> with(block, attention(block, AttentionScore.gaussian()))),
    APART(
        "heads have maps of their own, or none",
        block -> with(block, attention(block, PositionRule.none(), apart()))),
    TURNED_BEHIND_NORM(
        "queries and keys are normalised before they are turned",
        block -> with(block, attention(block, turned(Optional.empty()), normalized(block)))),
    NORM(
        "the norm Halving has no kernel", block -> with(block, new Halving(), block.feedForward())),
    NO_NORM(
        "a half of a block is followed by no norm",
        block -> with(block, new NoNorm(KERNELS), block.feedForward())),
    ACTIVATION(
        "the activation TANH has no kernel",
        block -> with(block, block.attentionNorm(), hidden(block, Activation.TANH))),
    GATE(
        "a gate with the activation NONE has no kernel",
        block -> with(block, block.attentionNorm(), gated(block)));

    private final String why;
    private final UnaryOperator<TransformerBlock> change;

    Block(String why, UnaryOperator<TransformerBlock> change) {
      this.why = why;
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource
  void blocksThatAreRefused(Block block) {
    assertThat(EncoderRules.fault(model(block.change, UnaryOperator.identity())))
        .contains(block.why + " (model_type bert)");
  }

  @Test
  void blocksScaleQueriesAlike() {
    UnaryOperator<TransformerBlock> one = scaled(new LengthScale(20, 0));
    UnaryOperator<TransformerBlock> other = scaled(new LengthScale(30, 0));
    assertThat(EncoderRules.fault(model(one, one))).isEmpty();
    assertThat(EncoderRules.fault(model(one, other)))
        .contains("blocks scale queries in different ways (model_type bert)");
  }

  @Test
  void modelsOfOtherShapesAreRefused() {
    assertThat(EncoderRules.fault(plain)).isEmpty();
    Transformer mixing = plain.mixing(new LayerMix(0, new float[] {1, 1})).orElseThrow();
    assertThat(EncoderRules.fault(mixing))
        .contains("hidden states are a mean over layers (model_type bert)");
    Transformer table =
        new TokenVectors(ModelSpec.ofVectors("model2vec", 90, 64), plain.embeddings().words());
    assertThat(EncoderRules.fault(table)).contains("it has no blocks (model_type model2vec)");
    assertThatThrownBy(() -> GpuWeights.of(table, bytes -> null))
        .isInstanceOf(NoGpuException.class)
        .hasMessage("it has no blocks (model_type model2vec)");
  }

  @Test
  void tokensAreNotPooled() {
    assertThat(EncoderRules.fault(Poolings.of(Pooling.TOKENS)))
        .contains("a vector for each token is computed on the CPU alone");
    assertThat(EncoderRules.fault(Poolings.of(Pooling.LAST))).isEmpty();
  }

  /** A model of two blocks, changed. */
  private static Transformer model(
      UnaryOperator<TransformerBlock> first, UnaryOperator<TransformerBlock> second) {
    List<TransformerBlock> blocks = new ArrayList<>(plain.stack().blocks());
    blocks.set(0, first.apply(blocks.get(0)));
    blocks.set(1, second.apply(blocks.get(1)));
    return new TransformerEncoder(plain.embeddings(), blocks, Optional.empty(), plain.spec());
  }

  private static TransformerBlock with(TransformerBlock block, Attention attention) {
    return new TransformerBlock(
        block.kernels(),
        block.normPlacement(),
        attention,
        block.attentionNorm(),
        block.feedForward(),
        block.outputNorm());
  }

  private static TransformerBlock with(
      TransformerBlock block, Norm attentionNorm, FeedForward feedForward) {
    return new TransformerBlock(
        block.kernels(),
        block.normPlacement(),
        block.attention(),
        attentionNorm,
        feedForward,
        block.outputNorm());
  }

  private static Attention attention(TransformerBlock block, AttentionMask mask) {
    Attention is = block.attention();
    return new Attention(
        is.kernels(), is.score(), mask, is.positions(), is.headGroups(), is.output());
  }

  private static Attention attention(TransformerBlock block, AttentionScore score) {
    Attention is = block.attention();
    return new Attention(
        is.kernels(), score, is.mask(), is.positions(), is.headGroups(), is.output());
  }

  private static Attention attention(
      TransformerBlock block, PositionRule positions, List<HeadGroup> groups) {
    Attention is = block.attention();
    return new Attention(is.kernels(), is.score(), is.mask(), positions, groups, is.output());
  }

  private static PositionRule turned(Optional<LengthScale> scale) {
    Frequencies frequencies = Frequencies.fixed(new float[] {1, 0.1f}, 1);
    return PositionRule.rotary(new Rotary(KERNELS, frequencies), scale);
  }

  private static UnaryOperator<TransformerBlock> scaled(LengthScale scale) {
    return block ->
        with(block, attention(block, turned(Optional.of(scale)), block.attention().headGroups()));
  }

  private static List<HeadGroup> apart() {
    return List.of(
        new HeadGroup.Apart(
            4, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
  }

  private static List<HeadGroup> normalized(TransformerBlock block) {
    Linear square = block.attention().output().orElseThrow();
    Norm norm = block.attentionNorm();
    return List.of(new HeadGroup.Normalized(4, square, norm, square, norm, square));
  }

  private static Linear then(Linear map, Activation activation) {
    Projection is = map.projection();
    return new Linear(map.kernels(), new Projection(is.weights(), is.bias(), activation));
  }

  private static FeedForward hidden(TransformerBlock block, Activation activation) {
    FeedForward.Plain is = (FeedForward.Plain) block.feedForward();
    return new FeedForward.Plain(KERNELS, then(is.intermediate(), activation), is.output());
  }

  private static FeedForward gated(TransformerBlock block) {
    FeedForward.Plain is = (FeedForward.Plain) block.feedForward();
    Linear map = then(is.intermediate(), Activation.NONE);
    return new FeedForward.Gated(KERNELS, map, map, is.output());
  }

  /** A norm that no kernel knows. */
  private record Halving() implements Norm {
    @Override
    public void forward(Matrix hidden, Matrix normalized, Workspace workspace) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void addAndNormalize(Matrix branch, Matrix hidden, Workspace workspace) {
      throw new UnsupportedOperationException();
    }
  }
}
