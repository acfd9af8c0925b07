package io.heed.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.corpus.Stream;
import io.heed.kernel.Activation;
import io.heed.kernel.AdamStep;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.Scratch;
import io.heed.kernel.TrainingKernels;
import io.heed.layer.NormPlacement;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is known before training is learnt by it, with the kernels that are chosen here. */
@Timeout(600)
class LearningTest {
  @TempDir Path directory;

  /** Held-out rows are those that are trained on: each token follows from all before it. */
  @Test
  void randomRowsAreLearntByHeart() throws Exception {
    LocalRun run = new LocalRun(directory, 100).simd();
    SplittableRandom random = new SplittableRandom(2);
    List<int[]> rows =
        IntStream.range(0, 8).mapToObj(row -> random.ints(64, 0, 100).toArray()).toList();
    run.documents(Stream.TRAINING, 0, rows);
    run.documents(Stream.HELD_OUT, 0, rows);
    Recipe recipe = LocalRun.recipe(8, 64, 8, 120, 3e-3);
    run.begin(LocalRun.config(2, 96, 3, 100, 64), recipe);
    History history = run.run(recipe, 2).history();
    assertThat(history.last().orElseThrow().heldOut()).isLessThan(0.05);
  }

  /** No model can be better on rows it has not seen than the entropy of the chain. */
  @Test
  void aChainIsLearntToItsEntropy() throws Exception {
    double successor = 0.8 + 0.2 / 64;
    double other = 0.2 / 64;
    double entropy = -successor * Math.log(successor) - 63 * other * Math.log(other);
    assertThat(entropy).isCloseTo(1.3117, within(1e-4));
    LocalRun run = new LocalRun(directory, 64).simd();
    SplittableRandom random = new SplittableRandom(1);
    run.documents(Stream.TRAINING, 0, TrainingTaskTest.chain(random, 1_600, 129, 64));
    run.documents(Stream.HELD_OUT, 0, TrainingTaskTest.chain(random, 50, 129, 64));
    Recipe recipe = LocalRun.recipe(8, 128, 8, 200, 3e-3);
    run.begin(LocalRun.config(2, 96, 3, 64, 129), recipe);
    History history = run.run(recipe, 2).history();
    assertThat(history.last().orElseThrow().heldOut()).isBetween(entropy - 0.02, 1.34);
  }

  @ParameterizedTest
  @EnumSource(NormPlacement.class)
  void fiftyStepsAreThoseOfFloat64(NormPlacement placement) {
    ParameterLayout layout = GradientTest.layout(placement, Activation.GELU_TANH, false);
    float[] values = layout.randomWeights(7);
    Float64Adam expected = new Float64Adam(layout, new DecoderOracle(layout, values));
    Kernels kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
    TrainingKernels training = KernelProvider.training(KernelChoice.AUTO).kernels();
    DecoderWeights weights = new DecoderWeights(layout, values, kernels);
    Scratch scratch = new Scratch();
    TaskKernels task = new TaskKernels(kernels, training, scratch);
    DecoderPass pass = new DecoderPass(weights, task, DropoutRates.NONE, 0);
    PageOptimizer optimizer = new PageOptimizer(layout, 0, layout.pages());
    Schedule schedule = new Schedule(Schedule.Form.COSINE, 3e-3, 3e-4, 5, 50);
    SplittableRandom random = new SplittableRandom(9);
    for (int step = 0; step < 50; step++) {
      MicroBatch batch = chain(random, 23, 24, 1);
      long targets = batch.targetCount();
      weights.pack(0, 1);
      float[] gradients = new float[layout.length()];
      double loss = pass.addGradient(batch, step, gradients) / targets;
      assertThat(loss)
          .as("loss of step %d", step)
          .isCloseTo(expected.step(batch, schedule.at(step), step + 1), within(1e-4));
      System.arraycopy(
          gradients, optimizer.at(), optimizer.slice().gradients(), 0, optimizer.length());
      double norm = Math.sqrt(Arrays.stream(optimizer.squares(training, scratch)).sum()) / targets;
      double scale = Math.min(1, Float64Adam.MOST / norm) / targets;
      AdamStep adam = AdamStep.of(scale, schedule.at(step), 0.9, 0.95, 1e-8, 0.1, step + 1);
      optimizer.step(adam, weights.values(), training);
    }
  }

  /** Sequences of these lengths in which each id mostly follows from the one before. */
  private static MicroBatch chain(SplittableRandom random, int... lengths) {
    int[] starts = new int[lengths.length + 1];
    Arrays.setAll(starts, s -> IntStream.of(lengths).limit(s).sum());
    int[] ids = new int[starts[lengths.length]];
    int[] targets = new int[ids.length];
    for (int s = 0; s < lengths.length; s++) {
      int[] row = TrainingTaskTest.chain(random, 1, lengths[s], 101).get(0);
      System.arraycopy(row, 0, ids, starts[s], row.length);
      System.arraycopy(row, 1, targets, starts[s], row.length - 1);
      targets[starts[s + 1] - 1] = -1;
    }
    return new MicroBatch(ids, targets, starts, new long[lengths.length]);
  }

  /** AdamW with clipping, as its authors wrote it, on the weights of an oracle. */
  private static final class Float64Adam {
    static final double MOST = 1;

    private final ParameterLayout layout;
    private final DecoderOracle oracle;
    private final double[] first;
    private final double[] second;

    Float64Adam(ParameterLayout layout, DecoderOracle oracle) {
      this.layout = layout;
      this.oracle = oracle;
      this.first = new double[layout.length()];
      this.second = new double[layout.length()];
    }

    /** The mean loss before the step, counted from 1. */
    double step(MicroBatch batch, double rate, int step) {
      double[] g = oracle.gradients;
      Arrays.fill(g, 0);
      double loss = oracle.loss(batch, DropoutRates.NONE.draws(0, step, batch.names()), true);
      long targets = batch.targetCount();
      double norm = Math.sqrt(Arrays.stream(g).map(v -> v * v).sum()) / targets;
      for (Parameter parameter : layout.parameters()) {
        double decay = parameter.shape().length == 2 ? 0.1 : 0;
        for (int i = parameter.at(); i < parameter.at() + parameter.size(); i++) {
          double gradient = g[i] / targets * Math.min(1, MOST / norm);
          first[i] = 0.9 * first[i] + 0.1 * gradient;
          second[i] = 0.95 * second[i] + 0.05 * gradient * gradient;
          double mean = first[i] / (1 - Math.pow(0.9, step));
          double square = second[i] / (1 - Math.pow(0.95, step));
          oracle.weights[i] -=
              rate * (mean / (Math.sqrt(square) + 1e-8) + decay * oracle.weights[i]);
        }
      }
      return loss / targets;
    }
  }
}
