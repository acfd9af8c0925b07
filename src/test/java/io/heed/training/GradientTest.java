package io.heed.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.kernel.ReferenceTraining;
import io.heed.kernel.Scratch;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient of every tensor against float64, and float64 against differences of the loss. */
class GradientTest {
  private static final int VOCABULARY = 101;

  static Stream<Arguments> models() {
    return Stream.of(NormPlacement.values())
        .flatMap(
            placement ->
                Stream.of(Activation.GELU_TANH, Activation.GELU, Activation.RELU)
                    .map(activation -> Arguments.of(placement, activation)));
  }

  static ParameterLayout layout(NormPlacement placement, Activation activation, boolean own) {
    AttentionSpec attention = AttentionSpec.of(3, 32, AttentionMask.causal());
    BlockSpec block = new BlockSpec(96, attention, 384, activation, 1e-5f, placement);
    ModelSpec spec =
        new ModelSpec("gpt2", 2, block, VOCABULARY, 64, 0, Direction.CAUSAL, new TreeSet<>());
    return new ParameterLayout(
        spec, DecoderNames.ofGpt("wte", "wpe"), UnaryOperator.identity(), own);
  }

  /** Three sequences of different lengths, some of whose tokens have no target. */
  private static MicroBatch batch(SplittableRandom random) {
    int[] starts = {0, 41, 63, 64};
    int[] ids = random.ints(64, 0, VOCABULARY).toArray();
    int[] targets =
        random.ints(64, 0, VOCABULARY).map(t -> random.nextInt(12) == 0 ? -1 : t).toArray();
    return new MicroBatch(ids, targets, starts, new long[] {7, 8, Long.MIN_VALUE});
  }

  @ParameterizedTest
  @MethodSource("models")
  void isThatOfFloat64(NormPlacement placement, Activation activation) {
    ParameterLayout layout = layout(placement, activation, activation == Activation.RELU);
    SplittableRandom random = new SplittableRandom(3);
    float[] values = layout.randomWeights(7);
    for (Parameter parameter : layout.parameters()) {
      for (int i = 0; i < parameter.size(); i++) {
        values[parameter.at() + i] += (float) (0.1 * random.nextGaussian());
      }
    }
    DropoutRates dropout = new DropoutRates(0.1, 0.2, 0.15);
    MicroBatch batch = batch(random);
    Kernels kernels = new ReferenceKernels();
    DecoderWeights weights = new DecoderWeights(layout, values, kernels);
    weights.pack(0, 1);
    TaskKernels task = new TaskKernels(kernels, new ReferenceTraining(), new Scratch());
    DecoderPass pass = new DecoderPass(weights, task, dropout, 5);
    float[] gradients = new float[layout.length()];
    double loss = pass.addGradient(batch, 4, gradients);

    DecoderOracle oracle = new DecoderOracle(layout, values);
    DropoutRates.Draws draws = dropout.draws(5, 4, batch.names());
    double expected = oracle.loss(batch, draws, true);
    assertThat(Math.abs(loss - expected) / expected).isLessThan(1e-6);
    for (Parameter parameter : layout.parameters()) {
      double largest = 0;
      double off = 0;
      for (int i = parameter.at(); i < parameter.at() + parameter.size(); i++) {
        largest = Math.max(largest, Math.abs(oracle.gradients[i]));
        off = Math.max(off, Math.abs(oracle.gradients[i] - gradients[i]));
      }
      assertThat(off / largest).as(parameter.name()).isLessThan(3e-6);
      // A wide step would pass the kink of one of the many values before a ReLU; of a narrow one
      // rounding is seen more.
      double step = activation == Activation.RELU ? 1e-6 : 1e-4;
      checkByDifferences(oracle, batch, draws, parameter, largest, step, random);
    }
  }

  private static void checkByDifferences(
      DecoderOracle oracle,
      MicroBatch batch,
      DropoutRates.Draws draws,
      Parameter parameter,
      double largest,
      double h,
      SplittableRandom random) {
    double[] analytic = Arrays.copyOf(oracle.gradients, oracle.gradients.length);
    for (int n = 0; n < 2; n++) {
      int i = parameter.at() + random.nextInt(parameter.size());
      double kept = oracle.weights[i];
      double difference = 0;
      for (int k : new int[] {1, -1, 2, -2}) {
        oracle.weights[i] = kept + k * h;
        double sign = Math.signum(k) * (Math.abs(k) == 1 ? 8 : -1);
        difference += sign * oracle.loss(batch, draws, false);
      }
      oracle.weights[i] = kept;
      assertThat(Math.abs(difference / (12 * h) - analytic[i]) / largest)
          .as("%s by differences", parameter.name())
          .isLessThan(h < 1e-5 ? 1e-6 : 1e-7);
    }
  }
}
