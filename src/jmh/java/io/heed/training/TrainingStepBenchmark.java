package io.heed.training;

import io.heed.kernel.Activation;
import io.heed.kernel.AdamStep;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.FmaPeak;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.Scratch;
import io.heed.kernel.TrainingKernels;
import io.heed.kernel.VectorBenchmark;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * A whole step of training in one task: forward, backward, AdamW and packing, by the thread's time
 * on a core. Each run prints its median beside the multiply-add peak; what counts are the six
 * multiply-adds of each weight and token, and the visible half of attention. {@link
 * VectorBenchmark} says how it runs.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4)
@Measurement(iterations = 7)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx7g"})
public class TrainingStepBenchmark extends VectorBenchmark {
  /** Layers, width, heads, token ids, tokens of a sequence, sequences of a micro-batch and step. */
  @Param({"6x384x6x512x256x4x8", "6x384x6x50257x256x4x8", "12x768x12x50257x1024x1x1"})
  String shape;

  private final List<Long> nanos = new ArrayList<>();
  private int[] numbers;
  private DecoderWeights weights;
  private DecoderPass pass;
  private TrainingKernels training;
  private Scratch scratch;
  private PageOptimizer optimizer;
  private float[] gradients;
  private long steps;

  @Setup
  public void prepare() {
    numbers = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    AttentionSpec attention =
        AttentionSpec.of(numbers[2], numbers[1] / numbers[2], AttentionMask.causal());
    BlockSpec block =
        new BlockSpec(
            numbers[1], attention, 4 * numbers[1], Activation.GELU_TANH, 1e-5f, NormPlacement.PRE);
    ModelSpec spec =
        new ModelSpec(
            "gpt2",
            numbers[0],
            block,
            numbers[3],
            numbers[4],
            0,
            Direction.CAUSAL,
            new TreeSet<>());
    Kernels kernels = KernelProvider.choose(KernelChoice.SIMD).kernels();
    training = KernelProvider.training(KernelChoice.SIMD).kernels();
    ParameterLayout layout =
        new ParameterLayout(spec, DecoderNames.ofGpt("wte", "wpe"), name -> name, false);
    weights = new DecoderWeights(layout, layout.randomWeights(1), kernels);
    scratch = new Scratch();
    TaskKernels task = new TaskKernels(kernels, training, scratch);
    pass = new DecoderPass(weights, task, DropoutRates.NONE, 1);
    optimizer = new PageOptimizer(layout, 0, layout.pages());
    gradients = new float[layout.length()];
  }

  private MicroBatch batch(Random random) {
    int length = numbers[4];
    int sequences = numbers[5];
    int[] starts = new int[sequences + 1];
    Arrays.setAll(starts, s -> s * length);
    int[] ids = random.ints((long) sequences * length, 0, numbers[3]).toArray();
    int[] targets = random.ints((long) sequences * length, 0, numbers[3]).toArray();
    return new MicroBatch(ids, targets, starts, new long[sequences]);
  }

  /** One step. */
  @Benchmark
  public double step() {
    Random random = new Random(steps);
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    weights.pack(0, 1);
    Arrays.fill(gradients, 0f);
    double loss = 0;
    for (int done = 0; done < numbers[6]; done += numbers[5]) {
      loss += pass.addGradient(batch(random), steps, gradients);
    }
    System.arraycopy(
        gradients, optimizer.at(), optimizer.slice().gradients(), 0, optimizer.length());
    double squares = Arrays.stream(optimizer.squares(training, scratch)).sum();
    double scale = 1 / Math.sqrt(squares);
    optimizer.step(
        AdamStep.of(scale, 1e-4, 0.9, 0.95, 1e-8, 0.1, ++steps), weights.values(), training);
    nanos.add(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
    return loss;
  }

  /** Steps that warm up do not count. */
  @TearDown(Level.Iteration)
  public void forgetWarmUp(IterationParams iteration) {
    if (iteration.getType() == IterationType.WARMUP) {
      nanos.clear();
    }
  }

  /** Prints the median step, and the peak. */
  @TearDown
  public void print() {
    double median = nanos.stream().sorted().toList().get(nanos.size() / 2);
    double tokens = (double) numbers[4] * numbers[6];
    double width = numbers[1];
    double linear = 12 * width * width * numbers[0] + width * numbers[3];
    double attention = 7.0 * numbers[0] * (numbers[4] + 1) * width;
    System.out.printf(
        "%n%s: %.0f ms of CPU a step, %.0f tokens/s; %s%n",
        shape,
        median / 1e6,
        tokens * 1e9 / median,
        FmaPeak.compare(tokens * (6 * linear + attention) / median));
  }
}
