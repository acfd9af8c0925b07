package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The SIMD kernels of training give the bits of the reference, whatever the sizes. */
class SimdTrainingTest extends TrainingKernelsContract {
  /** Round every count of lanes, and the width of every panel. */
  private static final int[] SIZES = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 47, 48, 49, 97, 144};

  private static final int[] QUERIES = {0, 1, 10, 10, 27, 60, 61, 161};
  private static final int[] KEYS = {0, 1, 18, 20, 20, 71, 471, 571};

  @Override
  TrainingKernels kernels() {
    return new SimdTraining();
  }

  private void checkEqual(String name, Function<TrainingCase, List<int[]>> operation) {
    long seed = random.nextLong();
    List<int[]> expected =
        operation.apply(new TrainingCase(new ReferenceTraining(), seed, scratch));
    List<int[]> actual = operation.apply(new TrainingCase(kernels(), seed, scratch));
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).as("%s, output %d", name, i).containsExactly(expected.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 17, 383, 384, 385, 1023, 1024, 1025, 2100})
  void weightGradientsEqualAtEveryNumberOfTokens(int tokens) {
    for (int width : new int[] {8, 21}) {
      for (int outputs : new int[] {48, 70}) {
        checkEqual(
            tokens + " tokens, " + width + " x " + outputs,
            run -> run.weightGradient(tokens, width, outputs));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void weightGradientsEqualAtEveryWidth(int width) {
    for (int outputs : SIZES) {
      checkEqual(width + " x " + outputs, run -> run.weightGradient(9, width, outputs));
    }
  }

  static Stream<Integer> sizes() {
    return Arrays.stream(SIZES).boxed();
  }

  @Test
  void weightGradientsEqualAroundASlab() {
    for (int width : new int[] {143, 144, 145, 160, 300}) {
      checkEqual(width + " inputs", run -> run.weightGradient(6, width, 50));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void rowsEqual(int width) {
    for (int tokens : new int[] {0, 1, 4, 7}) {
      checkEqual("bias", run -> run.biasGradient(tokens, width));
      checkEqual("rows of a table", run -> run.rowGradients(tokens, width));
      checkEqual("layer norm", run -> run.layerNormGradient(tokens, width));
      checkEqual("cross-entropy", run -> run.crossEntropy(tokens, width, 4));
    }
  }

  @Test
  void longRowsEqual() {
    checkEqual("layer norm", run -> run.layerNormGradient(3, 777));
    checkEqual("cross-entropy", run -> run.crossEntropy(3, 5003, 9));
    checkEqual("cross-entropy of far apart values", run -> run.crossEntropy(9, 140, 90));
  }

  @ParameterizedTest
  @EnumSource
  void activationsEqual(Activation activation) {
    for (int columns : SIZES) {
      checkEqual(columns + " columns", run -> run.activation(activation, 5, columns));
    }
    checkEqual("any value", run -> run.activationOfAnyValue(activation));
  }

  @Test
  void sumsOfSquaresEqual() {
    for (int n : new int[] {0, 1, 15, 16, 17, 4095, 4096, 4097, 9000}) {
      long seed = random.nextLong();
      assertThat(new TrainingCase(kernels(), seed, scratch).sumOfSquares(3, n))
          .as("%d values", n)
          .isEqualTo(new TrainingCase(new ReferenceTraining(), seed, scratch).sumOfSquares(3, n));
    }
  }

  @Test
  void stepsEqual() {
    AdamStep step = AdamStep.of(0.25, 1e-2, 0.9, 0.95, 1e-8, 0.1, 3);
    for (int n : SIZES) {
      checkEqual(n + " weights", run -> run.adamW(step, n));
      checkEqual(n + " weights that do not decay", run -> run.adamW(step.withoutDecay(), n));
    }
    checkEqual("no weights", run -> run.adamW(step, 0));
  }

  @ParameterizedTest
  @MethodSource("masks")
  void attentionOfSomeSequencesToOthersEquals(AttentionMask mask) {
    for (Dropout dropout : List.of(Dropout.NONE, new Dropout(0.3, 5).fromHead(2))) {
      AttentionRule rule = new AttentionRule(ScoreFunction.scaledDot(21), mask, dropout);
      checkEqual(
          mask.getClass().getSimpleName() + " " + dropout.rate(),
          run -> run.attentionGradient(QUERIES, KEYS, 2, 21, 37, rule));
    }
  }

  static List<AttentionMask> masks() {
    AttentionMask explicit = AttentionMask.explicit(grids());
    AttentionMask padding = AttentionMask.padding(1, 16, 0, 0, 33, 399, 60);
    return List.of(
        AttentionMask.none(),
        AttentionMask.causal(),
        AttentionMask.window(0),
        AttentionMask.window(5),
        AttentionMask.window(60),
        AttentionMask.window(Integer.MAX_VALUE),
        AttentionMask.window(2).and(AttentionMask.causal()).and(padding),
        padding,
        explicit,
        padding.and(explicit).and(AttentionMask.causal()));
  }

  /** Masks of 0 and 1 at random, whose first row hides all. */
  private static List<int[][]> grids() {
    Random random = new Random(4);
    List<int[][]> grids = new ArrayList<>();
    for (int s = 0; s + 1 < QUERIES.length; s++) {
      int[][] grid = new int[QUERIES[s + 1] - QUERIES[s]][KEYS[s + 1] - KEYS[s]];
      for (int q = 1; q < grid.length; q++) {
        grid[q] = random.ints(grid[q].length, 0, 2).toArray();
      }
      grids.add(grid);
    }
    return grids;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 47, 48, 49, 64, 95, 97, 383, 384, 385, 433, 800})
  void attentionEqualsAtEveryLength(int length) {
    int[] starts = {0, length};
    AttentionRule causal = AttentionRule.of(ScoreFunction.scaledDot(8), AttentionMask.causal());
    checkEqual("causal", run -> run.attentionGradient(starts, starts, 1, 8, 8, causal));
    AttentionRule window = AttentionRule.of(ScoreFunction.scaledDot(8), AttentionMask.window(100));
    checkEqual("window", run -> run.attentionGradient(starts, starts, 1, 8, 8, window));
    AttentionRule dropped =
        new AttentionRule(ScoreFunction.scaledDot(8), AttentionMask.none(), new Dropout(0.1, 1));
    checkEqual("dropout", run -> run.attentionGradient(starts, starts, 1, 8, 8, dropped));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 31, 32, 33, 48, 64, 65, 128, 400})
  void attentionEqualsAtEveryHeadWidth(int width) {
    int[] starts = {0, 3, 60};
    AttentionRule rule = AttentionRule.of(ScoreFunction.dot(), AttentionMask.causal());
    checkEqual("keys", run -> run.attentionGradient(starts, starts, 2, width, 5, rule));
    checkEqual("values", run -> run.attentionGradient(starts, starts, 2, 5, width, rule));
  }

  /** A step more, where the tokens are odd, must not make the -0 of a sum +0. */
  @Test
  void weightGradientsThatVanishEqual() {
    Matrix input = Values.gaussian(random, 9, 8, 1e-25);
    Matrix dy = Values.gaussian(random, 9, 48, 1e-25);
    Matrix expected = Matrix.allocate(8, 48);
    Arrays.fill(expected.data(), -0f);
    Matrix actual = Matrix.of(expected.data().clone(), 8, 48);
    new ReferenceTraining().addWeightGradient(input, dy, expected, scratch);
    kernels().addWeightGradient(input, dy, actual, scratch);
    assertThat(Values.bits(actual)).containsExactly(Values.bits(expected));
    assertThat(Values.bits(expected)).contains(0).contains(Integer.MIN_VALUE);
  }

  /** Sums of such values pass through -0, which a hidden key's 0 would make +0. */
  @Test
  void valuesThatVanishEqual() {
    AttentionRule causal = AttentionRule.of(ScoreFunction.dot(), AttentionMask.causal());
    int[] starts = {0, 70};
    long seed = 12;
    List<int[]> expected = vanishing(new ReferenceTraining(), causal, starts, seed);
    List<int[]> actual = vanishing(kernels(), causal, starts, seed);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).containsExactly(expected.get(i));
      assertThat(expected.get(i)).contains(0).doesNotContain(Integer.MIN_VALUE);
    }
  }

  private List<int[]> vanishing(
      TrainingKernels kernels, AttentionRule rule, int[] starts, long seed) {
    Random values = new Random(seed);
    int n = starts[1];
    AttentionInputs inputs =
        AttentionInputs.within(
            Values.gaussian(values, n, 4, 1e-25),
            Values.gaussian(values, n, 4, 1e-25),
            Values.gaussian(values, n, 4, 1e-25),
            starts,
            1);
    AttentionGradients gradients =
        new AttentionGradients(Matrix.allocate(n, 4), Matrix.allocate(n, 4), Matrix.allocate(n, 4));
    kernels.attentionGradient(
        inputs,
        rule,
        Values.gaussian(values, n, 4, 1e-25),
        Values.gaussian(values, n, 4, 1e-44),
        gradients,
        scratch);
    return List.of(
        Values.bits(gradients.queries()),
        Values.bits(gradients.keys()),
        Values.bits(gradients.values()));
  }
}
