package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.batch.PackedBatch;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.BlockVariant.HiddenKind;
import io.heed.layer.BlockVariant.NormKind;
import io.heed.layer.BlockVariant.Positions;
import io.heed.layer.KeyValueCache.Run;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of every kind that layers can be built into, loaded from files, beside float64. */
class BlockVariantsTest {
  private static final AttentionMask NONE = AttentionMask.none();
  private static final AttentionMask CAUSAL = AttentionMask.causal();
  private static final int[] LENGTHS = {1, 23, 9};
  private static final double TOLERANCE = 2e-5;

  @TempDir Path directory;

  private final Workspace workspace = new Workspace();

  private static BlockVariant llama(int heads, int keyValueHeads, int headWidth) {
    return BlockVariant.of(
        NormPlacement.PRE,
        NormKind.RMS,
        HiddenKind.GATED,
        Bias.NONE,
        heads,
        keyValueHeads,
        headWidth,
        CAUSAL);
  }

  private static BlockVariant bert(Bias bias, HiddenKind hidden, int heads, int headWidth) {
    return BlockVariant.of(
        NormPlacement.POST, NormKind.LAYER, hidden, bias, heads, heads, headWidth, NONE);
  }

  static Stream<BlockVariant> variants() {
    return Stream.of(
        bert(Bias.LEARNED, HiddenKind.PLAIN, 5, 8),
        bert(Bias.NONE, HiddenKind.GATED, 5, 8),
        bert(Bias.LEARNED, HiddenKind.PLAIN, 3, 7).with(Positions.RELATIVE),
        BlockVariant.of(
            NormPlacement.POST, NormKind.RMS, HiddenKind.PLAIN, Bias.LEARNED, 4, 2, 11, NONE),
        BlockVariant.of(
                NormPlacement.PRE, NormKind.LAYER, HiddenKind.GATED, Bias.NONE, 8, 4, 40, NONE)
            .with(Positions.RELATIVE),
        llama(6, 2, 10),
        llama(4, 1, 16),
        llama(24, 12, 5),
        llama(5, 5, 8));
  }

  private static List<Kernels> kernels() {
    return List.of(new ReferenceKernels(), KernelProvider.choose(KernelChoice.SIMD).kernels());
  }

  private static PackedBatch batch(int... lengths) {
    return PackedBatch.of(Arrays.stream(lengths).mapToObj(int[]::new).toList());
  }

  private static Matrix input(int rows, int width) {
    return Matrix.of(AttentionLayer.floats(new Random(5), rows * width, 1), rows, width);
  }

  private static Matrix copy(Matrix matrix) {
    Matrix copy = Matrix.allocate(matrix.rows(), matrix.columns());
    for (int i = 0; i < matrix.rows(); i++) {
      System.arraycopy(
          matrix.data(), matrix.index(i), copy.data(), copy.index(i), matrix.columns());
    }
    return copy;
  }

  private Matrix forward(TransformerStack stack, Matrix input, PackedBatch batch) {
    Matrix hidden = copy(input);
    stack.forward(hidden, batch, Set.of(), AttentionListener.NONE, workspace);
    return hidden;
  }

  @Test
  void whatAttentionGivesIsNotNormalisedInABlockThatNormalisesBefore() {
    Kernels kernels = new ReferenceKernels();
    Norm none = new NoNorm(kernels);
    Linear map = Linear.pack(kernels, LinearMap.of(Matrix.allocate(1, 1)), Activation.NONE);
    Attention attention =
        Attention.of(kernels, AttentionSpec.of(1, 1, NONE), PositionRule.none(), List.of(), map);
    FeedForward hidden = new FeedForward.Plain(kernels, map, map);
    assertThatThrownBy(
            () ->
                new TransformerBlock(
                    kernels, NormPlacement.PRE, attention, Optional.of(none), none, hidden, none))
        .hasMessage(
            "what attention gives is normalised only in blocks that normalise after each half");
  }

  @ParameterizedTest
  @MethodSource("variants")
  void agreesWithFloat64AndToTheBitAmongKernels(BlockVariant variant) throws IOException {
    Map<String, float[]> tensors = variant.tensors(3);
    PackedBatch batch = batch(LENGTHS);
    Matrix input = input(batch.tokens(), variant.width());
    PlainBlocks oracle = new PlainBlocks(variant, tensors);
    float[] expected = null;
    try (HuggingFaceCheckpoint checkpoint = variant.write(directory, tensors)) {
      variant.build(CheckedWeights.of(checkpoint));
      for (Kernels kernels : kernels()) {
        Matrix hidden = forward(variant.build(PackedWeights.of(checkpoint, kernels)), input, batch);
        expected = expected == null ? hidden.data() : expected;
        assertThat(hidden.data()).isEqualTo(expected);
        for (int s = 0; s < LENGTHS.length; s++) {
          int from = batch.cumulativeLengths()[s];
          int to = batch.cumulativeLengths()[s + 1];
          check(hidden.rows(from, to), oracle.forward(doubles(input.rows(from, to))));
        }
      }
    }
  }

  private static void check(Matrix hidden, double[][] expected) {
    for (int t = 0; t < expected.length; t++) {
      for (int i = 0; i < expected[t].length; i++) {
        assertThat((double) hidden.at(t, i))
            .as("value %d of token %d", i, t)
            .isCloseTo(expected[t][i], within(TOLERANCE));
      }
    }
  }

  private static double[][] doubles(Matrix matrix) {
    double[][] values = new double[matrix.rows()][matrix.columns()];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        values[i][j] = matrix.at(i, j);
      }
    }
    return values;
  }

  /**
   * Among them groups of several heads of keys, one head for all, and heads wider than the model.
   */
  @Test
  void sharedKeysThatAreCachedHaveTheSameBits() throws IOException {
    for (BlockVariant variant :
        List.of(llama(6, 2, 10), llama(4, 1, 16), llama(24, 12, 5), llama(8, 4, 48))) {
      Map<String, float[]> tensors = variant.tensors(4);
      Path place = directory.resolve("heads-" + variant.attention().heads());
      try (HuggingFaceCheckpoint checkpoint = variant.write(place, tensors)) {
        for (Kernels kernels : kernels()) {
          checkCached(variant, kernels, variant.build(PackedWeights.of(checkpoint, kernels)));
        }
      }
    }
  }

  private void checkCached(BlockVariant variant, Kernels kernels, TransformerStack stack) {
    Matrix input = input(50, variant.width());
    Matrix whole = forward(stack, input, batch(50));
    AttentionSpec spec = variant.attention();
    KeyValueCache cache =
        new KeyValueCache(
            kernels,
            new KeyValueCache.Shape(BlockVariant.LAYERS, spec.keyValueHeads(), spec.headWidth()),
            64);
    Run run = cache.reserve(50).orElseThrow();
    for (int tokens : new int[] {20, 1, 1, 28}) {
      int from = run.tokens();
      Matrix next = copy(input.rows(from, from + tokens));
      stack.forward(next, batch(tokens), cache, List.of(run), workspace);
      run.grow(tokens);
      assertThat(next.data()).isEqualTo(copy(whole.rows(from, from + tokens)).data());
    }
  }

  @Test
  void cachedTokensNeedCausalLayersWithoutABiasOfScores() throws IOException {
    refusesCached(bert(Bias.LEARNED, HiddenKind.PLAIN, 5, 8), "is causal alone");
    refusesCached(llama(4, 4, 10).with(Positions.RELATIVE), "adds nothing to scores");
  }

  private void refusesCached(BlockVariant variant, String message) throws IOException {
    Path place = directory.resolve(variant.placement().name());
    try (HuggingFaceCheckpoint checkpoint = variant.write(place, variant.tensors(1))) {
      Kernels kernels = new ReferenceKernels();
      TransformerStack stack = variant.build(PackedWeights.of(checkpoint, kernels));
      AttentionSpec spec = variant.attention();
      KeyValueCache cache =
          new KeyValueCache(
              kernels, new KeyValueCache.Shape(2, spec.heads(), spec.headWidth()), 32);
      List<Run> runs = List.of(cache.reserve(3).orElseThrow());
      Matrix hidden = input(3, variant.width());
      assertThatThrownBy(() -> stack.forward(hidden, batch(3), cache, runs, workspace))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(message);
    }
  }

  @Test
  void aTensorThatIsMissingOrOfAnotherShapeIsTold() throws IOException {
    BlockVariant variant = llama(6, 2, 10);
    Map<String, float[]> lacking = new HashMap<>(variant.tensors(1));
    lacking.remove("layers.1.second.weight");
    refuses(variant, lacking, "layers.1.second.weight");
    Map<String, float[]> wrong = new HashMap<>(variant.tensors(1));
    wrong.put("layers.0.k.weight", new float[60 * 40]);
    refuses(variant, wrong, "layers.0.k.weight");
    BlockVariant biased = bert(Bias.LEARNED, HiddenKind.GATED, 5, 8);
    Map<String, float[]> unbiased = new HashMap<>(biased.tensors(1));
    unbiased.remove("layers.0.v.bias");
    refuses(biased, unbiased, "layers.0.v.bias");
  }

  private void refuses(BlockVariant variant, Map<String, float[]> tensors, String name)
      throws IOException {
    try (HuggingFaceCheckpoint checkpoint = variant.write(directory.resolve(name), tensors)) {
      assertThatThrownBy(() -> variant.build(CheckedWeights.of(checkpoint)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void headsThatCannotBeSharedOutAreTold() {
    assertThatThrownBy(() -> AttentionSpec.of(6, 8, NONE).sharing(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("6 heads of queries of width 8 cannot share 4 of keys and values");
  }
}
