package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Runs one operation of training on matrices that lie among guards, and gives the bits of all that
 * it wrote. The inputs are the same for the same seed.
 */
final class TrainingCase {
  private final TrainingKernels kernels;
  private final Random random;
  private final Scratch scratch;
  private final List<Matrix> outputs = new ArrayList<>();

  TrainingCase(TrainingKernels kernels, long seed, Scratch scratch) {
    this.kernels = kernels;
    this.random = new Random(seed);
    this.scratch = scratch;
  }

  private Matrix input(int rows, int columns, double deviation) {
    return Values.guarded(Values.gaussian(random, rows, columns, deviation));
  }

  private Matrix output(int rows, int columns, double deviation) {
    Matrix output = input(rows, columns, deviation);
    outputs.add(output);
    return output;
  }

  /** The bits of the outputs, around which the guards stand. */
  private List<int[]> written() {
    for (Matrix output : outputs) {
      assertThat(Values.guardsStand(output)).isTrue();
    }
    return outputs.stream().map(Values::bits).toList();
  }

  List<int[]> weightGradient(int tokens, int width, int outputWidth) {
    Matrix input = input(tokens, width, 1);
    Matrix gradient = input(tokens, outputWidth, 1);
    kernels.addWeightGradient(input, gradient, output(width, outputWidth, 1), scratch);
    return written();
  }

  List<int[]> biasGradient(int tokens, int width) {
    kernels.addBiasGradient(input(tokens, width, 1), output(1, width, 1));
    return written();
  }

  List<int[]> rowGradients(int tokens, int width) {
    int[] rows = random.ints(tokens, 0, 5).toArray();
    kernels.addRowGradients(input(tokens, width, 1), rows, output(5, width, 1));
    return written();
  }

  List<int[]> attentionGradient(
      int[] queryStarts,
      int[] keyStarts,
      int heads,
      int width,
      int valueWidth,
      AttentionRule rule) {
    int queries = queryStarts[queryStarts.length - 1];
    int keys = keyStarts[keyStarts.length - 1];
    AttentionInputs inputs =
        new AttentionInputs(
            input(queries, heads * width, 0.7),
            input(keys, heads * width, 0.7),
            input(keys, heads * valueWidth, 1),
            queryStarts,
            keyStarts,
            heads);
    AttentionGradients gradients =
        new AttentionGradients(
            output(queries, heads * width, 1),
            output(keys, heads * width, 1),
            output(keys, heads * valueWidth, 1));
    Matrix context = input(queries, heads * valueWidth, 0.5);
    Matrix gradient = input(queries, heads * valueWidth, 1);
    kernels.attentionGradient(inputs, rule, context, gradient, gradients, scratch);
    return written();
  }

  List<int[]> layerNormGradient(int tokens, int width) {
    Normalization normalization =
        new Normalization(
            Values.gaussian(random, width, 1), Values.gaussian(random, width, 1), 1e-5);
    kernels.addLayerNormGradient(
        input(tokens, width, 3),
        normalization,
        input(tokens, width, 1),
        output(tokens, width, 1),
        output(1, width, 1),
        output(1, width, 1),
        scratch);
    return written();
  }

  List<int[]> activation(Activation activation, int rows, int columns) {
    kernels.activateWithGradient(activation, output(rows, columns, 4), output(rows, columns, 1));
    return written();
  }

  /** All magnitudes, infinities and NaN among them, without gaps between rows. */
  List<int[]> activationOfAnyValue(Activation activation) {
    Matrix values = Values.ofEveryMagnitude(random, 300, 100);
    float[] x = values.data();
    for (int i = 0; i < x.length; i += 97) {
      x[i] = List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY).get(i % 3);
    }
    outputs.add(values);
    kernels.activateWithGradient(activation, values, output(300, 100, 1));
    return written();
  }

  List<int[]> crossEntropy(int rows, int columns, double deviation) {
    int[] targets = random.ints(rows + 3, -columns, columns).toArray();
    double[] losses = new double[rows + 3];
    Arrays.fill(losses, Values.GUARD);
    kernels.crossEntropy(output(rows, columns, deviation), targets, 2, losses, scratch);
    assertThat(losses[1]).isEqualTo(Values.GUARD);
    assertThat(losses[rows + 2]).isEqualTo(Values.GUARD);
    List<int[]> all = new ArrayList<>(written());
    all.add(Arrays.stream(losses).mapToInt(loss -> Long.hashCode(bits(loss))).toArray());
    return all;
  }

  private static long bits(double value) {
    return Double.doubleToLongBits(value);
  }

  long sumOfSquares(int at, int n) {
    float[] values = Values.gaussian(random, at + n + 3, 1);
    return bits(kernels.sumOfSquares(values, at, n, scratch));
  }

  List<int[]> adamW(AdamStep step, int n) {
    Matrix weights = output(1, n, 1);
    Matrix gradients = output(1, n, 0.1);
    Matrix first = output(1, n, 0.1);
    Matrix second = output(1, n, 0.01);
    for (int i = 0; i < n; i++) {
      second.data()[second.offset() + i] = Math.abs(second.at(0, i));
    }
    AdamSlice slice = new AdamSlice(gradients.data(), first.data(), second.data());
    kernels.adamW(step, weights.data(), weights.offset(), slice, gradients.offset(), n);
    return written();
  }
}
