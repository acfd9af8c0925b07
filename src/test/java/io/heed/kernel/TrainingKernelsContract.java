package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every implementation of {@link TrainingKernels} computes, against float64. */
abstract class TrainingKernelsContract {
  /** Of the largest value, what a gradient in float32 may be off. */
  private static final double BOUND = 3e-6;

  final Random random = new Random(42);
  final Scratch scratch = new Scratch();

  abstract TrainingKernels kernels();

  private Matrix gaussian(int rows, int columns, double deviation) {
    return Values.guarded(Values.gaussian(random, rows, columns, deviation));
  }

  private static double[] doubles(Matrix matrix) {
    double[] values = new double[matrix.rows() * matrix.columns()];
    Arrays.setAll(values, i -> matrix.at(i / matrix.columns(), i % matrix.columns()));
    return values;
  }

  /** Each value is the expected one, within a bound of the largest. */
  private static void checkClose(double[] actual, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("value %d", i).isCloseTo(expected[i], within(BOUND * largest));
    }
  }

  private static double[] sum(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] + other[i]).toArray();
  }

  @Test
  void aWeightGradientGainsTheProductsOfAllTokens() {
    Matrix input = gaussian(500, 11, 1);
    Matrix dy = gaussian(500, 19, 1);
    Matrix gradient = gaussian(11, 19, 30);
    double[] expected = doubles(gradient);
    for (int t = 0; t < 500; t++) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] += (double) input.at(t, i / 19) * dy.at(t, i % 19);
      }
    }
    kernels().addWeightGradient(input, dy, gradient, scratch);
    checkClose(doubles(gradient), expected);
  }

  @Test
  void biasesAndRowsGainTheGradientsOfTheirTokens() {
    Matrix dy = gaussian(50, 19, 1);
    int[] rows = random.ints(50, 0, 4).toArray();
    Matrix bias = gaussian(1, 19, 1);
    Matrix table = gaussian(4, 19, 1);
    double[] expectedBias = doubles(bias);
    double[] expectedTable = doubles(table);
    for (int t = 0; t < 50; t++) {
      for (int i = 0; i < 19; i++) {
        expectedBias[i] += dy.at(t, i);
        expectedTable[rows[t] * 19 + i] += dy.at(t, i);
      }
    }
    kernels().addBiasGradient(dy, bias);
    kernels().addRowGradients(dy, rows, table);
    checkClose(doubles(bias), expectedBias);
    checkClose(doubles(table), expectedTable);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void attentionGradientsAreTheSlopesOfALoss(AttentionRule rule) {
    int width = 6;
    int[] starts = {0, 9, 9, 20};
    Matrix packed = gaussian(20, 3 * width, 1);
    AttentionInputs inputs =
        AttentionInputs.within(
            packed.columns(0, width),
            packed.columns(width, 2 * width),
            packed.columns(2 * width, 3 * width),
            starts,
            2);
    Matrix context = Matrix.allocate(20, width);
    new ReferenceKernels().attention(inputs, rule, AttentionOutputs.of(context), scratch);
    Matrix dContext = gaussian(20, width, 1);
    Matrix result = Values.guarded(20, 3 * width);
    AttentionGradients gradients =
        new AttentionGradients(
            result.columns(0, width),
            result.columns(width, 2 * width),
            result.columns(2 * width, 3 * width));
    kernels().attentionGradient(inputs, rule, context, dContext, gradients, scratch);
    for (int s : new int[] {0, 2}) {
      for (int head = 0; head < 2; head++) {
        int tokens = starts[s + 1] - starts[s];
        Matrix rows = dContext.rows(starts[s], starts[s + 1]).columns(head * 3, head * 3 + 3);
        double[] expected = attentionOracle(packed, starts[s], tokens, rule, s, head, rows);
        checkClose(head(result, starts[s], tokens, head), expected);
      }
    }
    assertThat(Values.guardsStand(result)).isTrue();
  }

  /** Queries, keys and values of a head, one after the other. */
  private static double[] head(Matrix packed, int first, int tokens, int head) {
    double[] all = new double[3 * tokens * 3];
    for (int part = 0; part < 3; part++) {
      for (int t = 0; t < tokens; t++) {
        for (int i = 0; i < 3; i++) {
          all[(part * tokens + t) * 3 + i] = packed.at(first + t, part * 6 + head * 3 + i);
        }
      }
    }
    return all;
  }

  private static double[] attentionOracle(
      Matrix packed, int first, int tokens, AttentionRule rule, int s, int head, Matrix dContext) {
    return GradientOracle.gradient(
        head(packed, first, tokens, head),
        x -> {
          double loss = 0;
          for (int q = 0; q < tokens; q++) {
            float[] factors = new float[tokens];
            Arrays.fill(factors, 1f);
            rule.dropout().apply(s, head, q, factors, 0, tokens);
            boolean[] visible = new boolean[tokens];
            for (int k = 0; k < tokens; k++) {
              visible[k] = rule.mask().visible(s, q, k);
            }
            double[] context =
                GradientOracle.attend(x, tokens, 3, q, rule.score().scale(), factors, visible);
            for (int i = 0; i < 3; i++) {
              loss += context[i] * dContext.at(q, i);
            }
          }
          return loss;
        });
  }

  static List<AttentionRule> rules() {
    ScoreFunction score = ScoreFunction.scaledDot(3);
    AttentionMask padding = AttentionMask.padding(7, 0, 2);
    return List.of(
        AttentionRule.of(score, AttentionMask.none()),
        AttentionRule.of(ScoreFunction.dot(), AttentionMask.causal()),
        AttentionRule.of(score, AttentionMask.window(2).and(padding)),
        new AttentionRule(score, AttentionMask.causal(), new Dropout(0.4, 3)));
  }

  @Test
  void layerNormGradientsAreTheSlopesOfALoss() {
    int n = 21;
    Matrix input = gaussian(4, n, 2);
    Matrix dy = gaussian(4, n, 1);
    Matrix gain = gaussian(1, n, 1);
    Matrix bias = gaussian(1, n, 1);
    Matrix dx = gaussian(4, n, 1);
    Matrix dGain = gaussian(1, n, 1);
    Matrix dBias = gaussian(1, n, 1);
    double[][] all = {doubles(input), doubles(gain), doubles(bias)};
    double[] expectedInput =
        sum(doubles(dx), GradientOracle.gradient(all[0], x -> normLoss(x, all[1], all[2], dy)));
    double[] expectedGain =
        sum(doubles(dGain), GradientOracle.gradient(all[1], g -> normLoss(all[0], g, all[2], dy)));
    double[] expectedBias =
        sum(doubles(dBias), GradientOracle.gradient(all[2], b -> normLoss(all[0], all[1], b, dy)));
    Normalization normalization = new Normalization(floats(gain), floats(bias), 1e-5);
    kernels().addLayerNormGradient(input, normalization, dy, dx, dGain, dBias, scratch);
    checkClose(doubles(dx), expectedInput);
    checkClose(doubles(dGain), expectedGain);
    checkClose(doubles(dBias), expectedBias);
  }

  private static float[] floats(Matrix row) {
    return Arrays.copyOfRange(row.data(), row.offset(), row.offset() + row.columns());
  }

  private static double normLoss(double[] x, double[] gain, double[] bias, Matrix dy) {
    double loss = 0;
    for (int t = 0; t < dy.rows(); t++) {
      double[] y = GradientOracle.layerNorm(x, t * gain.length, gain, bias, 1e-5);
      for (int i = 0; i < y.length; i++) {
        loss += y[i] * dy.at(t, i);
      }
    }
    return loss;
  }

  @ParameterizedTest
  @EnumSource
  void activationsAndTheirSlopes(Activation activation) {
    int n = 401;
    Matrix values = Matrix.allocate(1, n);
    Matrix gradient = Matrix.allocate(1, n);
    for (int i = 0; i < n; i++) {
      values.data()[i] = value(i);
      gradient.data()[i] = 2f;
    }
    kernels().activateWithGradient(activation, values, gradient);
    for (int i = 0; i < n; i++) {
      double v = value(i);
      assertThat((double) values.at(0, i))
          .as("%s of %s", activation, v)
          .isCloseTo(GradientOracle.activate(activation, v), within(2e-6));
      assertThat((double) gradient.at(0, i))
          .as("slope of %s at %s", activation, v)
          .isCloseTo(
              2 * GradientOracle.slope(x -> GradientOracle.activate(activation, x), v),
              within(slopeBound(activation)));
    }
  }

  /** The rounding of tanh near 1, times the cube of a value up to its limit, is the largest. */
  private static double slopeBound(Activation activation) {
    return activation == Activation.GELU_TANH ? 1.6e-5 : 4e-6;
  }

  /** Not 0, where the slope of RELU is that of one side. */
  private static float value(int i) {
    return (i - 200) * 0.06f + 0.007f;
  }

  @Test
  void crossEntropyGivesLossesAndTheirSlopes() {
    Matrix logits = gaussian(6, 37, 3);
    int[] targets = {99, 4, 36, -1, 0, 17, 3};
    double[] losses = new double[7];
    Matrix gradient = Values.guarded(logits);
    kernels().crossEntropy(gradient, targets, 1, losses, scratch);
    for (int r = 0; r < 6; r++) {
      int target = targets[1 + r];
      double[] row = doubles(logits.rows(r, r + 1));
      double[] actual = doubles(gradient.rows(r, r + 1));
      if (target < 0) {
        assertThat(losses[1 + r]).isZero();
        assertThat(actual).containsOnly(0);
      } else {
        assertThat(losses[1 + r]).isCloseTo(GradientOracle.crossEntropy(row, target), within(2e-6));
        checkClose(
            actual, GradientOracle.gradient(row, x -> GradientOracle.crossEntropy(x, target)));
      }
    }
    assertThat(losses[0]).isZero();
    assertThat(Values.guardsStand(gradient)).isTrue();
  }

  @Test
  void squaresAreSummed() {
    float[] values = Values.gaussian(random, 10_000, 1);
    double expected = 0;
    for (int i = 5; i < 9_005; i++) {
      expected += (double) values[i] * values[i];
    }
    assertThat(kernels().sumOfSquares(values, 5, 9_000, scratch))
        .isCloseTo(expected, within(1e-6 * expected));
  }

  @Test
  void stepsAreThoseOfAdamW() {
    int n = 33;
    float[] weights = Values.gaussian(random, n, 1);
    double[] w = doubles(Matrix.of(weights, 1, n));
    double[] m = new double[n];
    double[] v = new double[n];
    AdamSlice slice = new AdamSlice(new float[n], new float[n], new float[n]);
    for (int step = 1; step <= 5; step++) {
      float[] g = Values.gaussian(random, n, 1);
      System.arraycopy(g, 0, slice.gradients(), 0, n);
      kernels().adamW(AdamStep.of(0.5, 0.01, 0.9, 0.95, 1e-8, 0.1, step), weights, 0, slice, 0, n);
      for (int i = 0; i < n; i++) {
        double x = g[i] * 0.5;
        m[i] = 0.9 * m[i] + 0.1 * x;
        v[i] = 0.95 * v[i] + 0.05 * x * x;
        double root = Math.sqrt(v[i] / (1 - Math.pow(0.95, step)));
        w[i] -= 0.01 * (m[i] / (1 - Math.pow(0.9, step)) / (root + 1e-8) + 0.1 * w[i]);
      }
    }
    checkClose(doubles(Matrix.of(weights, 1, n)), w);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Matrix a = Matrix.allocate(3, 4);
    Matrix b = Matrix.allocate(3, 5);
    Matrix row = Matrix.allocate(1, 4);
    Normalization normalization = new Normalization(new float[4], new float[4], 1e-5);
    AdamSlice slice = new AdamSlice(new float[4], new float[4], new float[3]);
    AdamStep step = AdamStep.of(1, 1, 0.9, 0.9, 1e-8, 0, 1);
    TrainingKernels kernels = kernels();
    for (Runnable call :
        List.<Runnable>of(
            () -> kernels.addWeightGradient(a, b, a, scratch),
            () -> kernels.addWeightGradient(a, row, a, scratch),
            () -> kernels.addBiasGradient(b, row),
            () -> kernels.addBiasGradient(a, a),
            () -> kernels.addRowGradients(a, new int[] {0, 1}, row),
            () -> kernels.addRowGradients(a, new int[] {0, 0, 1}, row),
            () -> kernels.addLayerNormGradient(a, normalization, b, a, row, row, scratch),
            () -> kernels.addLayerNormGradient(a, normalization, a, a, a, row, scratch),
            () -> kernels.activateWithGradient(Activation.GELU, a, b),
            () -> kernels.crossEntropy(a, new int[] {0, 0, 4}, 0, new double[3], scratch),
            () -> kernels.crossEntropy(a, new int[3], 1, new double[4], scratch),
            () -> kernels.crossEntropy(a, new int[4], 1, new double[3], scratch),
            () -> kernels.sumOfSquares(new float[3], 1, 3, scratch),
            () -> kernels.adamW(step, new float[4], 0, slice, 0, 4))) {
      assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void attentionThatHasNoGradientHereIsRefused() {
    Matrix a = Matrix.allocate(2, 4);
    int[] starts = {0, 2};
    AttentionInputs inputs = AttentionInputs.within(a, a, a, starts, 2);
    AttentionGradients gradients = new AttentionGradients(a, a, a);
    AttentionInputs shared =
        new AttentionInputs(a, a.columns(0, 2), a.columns(0, 2), starts, starts, 2, 1);
    AttentionRule plain = AttentionRule.scaledDot(2);
    AttentionRule uniform =
        AttentionRule.of(plain.score(), AttentionMask.causal().uniformWhereNoneIsSeen());
    AttentionGradients ofShared = new AttentionGradients(a, a.columns(0, 2), a.columns(0, 2));
    for (Runnable call :
        List.<Runnable>of(
            () -> kernels().attentionGradient(inputs, uniform, a, a, gradients, scratch),
            () ->
                kernels()
                    .attentionGradient(
                        inputs,
                        AttentionRule.of(ScoreFunction.gaussian(), AttentionMask.none()),
                        a,
                        a,
                        gradients,
                        scratch),
            () -> kernels().attentionGradient(shared, plain, a, a, ofShared, scratch),
            () ->
                kernels()
                    .attentionGradient(
                        inputs, plain, a, Matrix.allocate(2, 3), gradients, scratch))) {
      assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
