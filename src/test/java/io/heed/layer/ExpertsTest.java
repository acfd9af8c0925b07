package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.kernel.Activation;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Experts beside their formula in float64. */
class ExpertsTest {
  private static final int WIDTH = 21;
  private static final int INNER = 37;
  private static final int EXPERTS = 5;
  private static final int CHOSEN = 2;

  private final Workspace workspace = new Workspace();
  private final float[] router = values(1, EXPERTS * WIDTH, 0.5);
  private final float[] bias = values(2, WIDTH, 1);

  private static float[] values(long seed, int size, double deviation) {
    return AttentionLayer.floats(new Random(seed), size, deviation);
  }

  private static float[] up(int expert) {
    return values(10 + expert, INNER * WIDTH, 0.2);
  }

  private static float[] down(int expert) {
    return values(20 + expert, WIDTH * INNER, 0.2);
  }

  private static Linear pack(Kernels kernels, float[] weight, int outputs, Activation activation) {
    Matrix matrix = Matrix.of(weight, outputs, weight.length / outputs);
    return Linear.pack(kernels, LinearMap.of(matrix), activation);
  }

  private FeedForward experts(Kernels kernels, float[] routing) {
    List<FeedForward.Plain> experts = new ArrayList<>();
    for (int e = 0; e < EXPERTS; e++) {
      experts.add(
          new FeedForward.Plain(
              kernels,
              pack(kernels, up(e), INNER, Activation.RELU),
              pack(kernels, down(e), WIDTH, Activation.NONE)));
    }
    return new FeedForward.Experts(
        kernels, pack(kernels, routing, EXPERTS, Activation.NONE), experts, CHOSEN, bias);
  }

  private static List<Kernels> kernels() {
    return List.of(new ReferenceKernels(), KernelProvider.choose(KernelChoice.SIMD).kernels());
  }

  private float[] forward(FeedForward layer, float[] tokens) {
    int rows = tokens.length / WIDTH;
    Matrix transformed = Matrix.allocate(rows, WIDTH);
    Arrays.fill(transformed.data(), Float.NaN);
    layer.forward(Matrix.of(tokens, rows, WIDTH), transformed, workspace);
    return transformed.data();
  }

  private static double dot(float[] weight, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) weight[row * x.length + i] * x[i];
    }
    return sum;
  }

  private double[] expected(float[] routing, double[] x) {
    double[] shares = new double[EXPERTS];
    double sum = 0;
    for (int e = 0; e < EXPERTS; e++) {
      shares[e] = Math.exp(dot(routing, e, x));
      sum += shares[e];
    }
    double[] left = shares.clone();
    double[] y = new double[WIDTH];
    for (int n = 0; n < CHOSEN; n++) {
      int best = 0;
      for (int e = 1; e < EXPERTS; e++) {
        best = left[e] > left[best] ? e : best;
      }
      left[best] = -1;
      double[] inner = new double[INNER];
      for (int i = 0; i < INNER; i++) {
        inner[i] = Math.max(0, dot(up(best), i, x));
      }
      for (int i = 0; i < WIDTH; i++) {
        y[i] += shares[best] / sum * dot(down(best), i, inner);
      }
    }
    for (int i = 0; i < WIDTH; i++) {
      y[i] += bias[i];
    }
    return y;
  }

  private void check(float[] routing, float[] tokens, float[] actual) {
    for (int t = 0; t < tokens.length / WIDTH; t++) {
      double[] x = new double[WIDTH];
      for (int i = 0; i < WIDTH; i++) {
        x[i] = tokens[t * WIDTH + i];
      }
      double[] y = expected(routing, x);
      for (int i = 0; i < WIDTH; i++) {
        assertThat((double) actual[t * WIDTH + i]).isCloseTo(y[i], within(1e-5));
      }
    }
  }

  @Test
  void itIsTheSumOfTheExpertsWithTheLargestShares() {
    float[] tokens = values(3, 83 * WIDTH, 1);
    float[] first = null;
    for (Kernels kernels : kernels()) {
      float[] actual = forward(experts(kernels, router), tokens);
      check(router, tokens, actual);
      first = first == null ? actual : first;
      assertThat(actual).isEqualTo(first);
    }
  }

  /** Whatever tokens stand beside it, and wherever it stands. */
  @Test
  void aTokenHasTheSameBitsAlone() {
    float[] tokens = values(4, 83 * WIDTH, 1);
    for (Kernels kernels : kernels()) {
      FeedForward layer = experts(kernels, router);
      float[] all = forward(layer, tokens);
      for (int t = 0; t < 83; t++) {
        float[] token = Arrays.copyOfRange(tokens, t * WIDTH, (t + 1) * WIDTH);
        assertThat(forward(layer, token))
            .isEqualTo(Arrays.copyOfRange(all, t * WIDTH, (t + 1) * WIDTH));
      }
      float[] turned = new float[tokens.length];
      for (int t = 0; t < 83; t++) {
        System.arraycopy(tokens, t * WIDTH, turned, (82 - t) * WIDTH, WIDTH);
      }
      float[] other = forward(layer, turned);
      for (int t = 0; t < 83; t++) {
        assertThat(Arrays.copyOfRange(other, (82 - t) * WIDTH, (83 - t) * WIDTH))
            .isEqualTo(Arrays.copyOfRange(all, t * WIDTH, (t + 1) * WIDTH));
      }
    }
  }

  @Test
  void ofEqualSharesTheFirstAreTaken() {
    float[] equal = new float[EXPERTS * WIDTH];
    float[] tokens = values(5, 4 * WIDTH, 1);
    for (Kernels kernels : kernels()) {
      check(equal, tokens, forward(experts(kernels, equal), tokens));
    }
  }

  @Test
  void everyTokenGetsAsManyExpertsAsThereAreAtMost() {
    Kernels kernels = new ReferenceKernels();
    Linear map = pack(kernels, new float[1], 1, Activation.NONE);
    List<FeedForward.Plain> one = List.of(new FeedForward.Plain(kernels, map, map));
    assertThatThrownBy(() -> new FeedForward.Experts(kernels, map, one, 2, new float[1]))
        .hasMessage("2 of 1 experts cannot be chosen");
  }
}
