package io.heed.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels of this JVM, once, and says why. */
public final class KernelProvider {

  /**
   * The kernels to use.
   *
   * @param reason why these, for logs and the run report
   */
  public record Choice(Kernels kernels, String reason) {}

  /**
   * The kernels of training to use.
   *
   * @param reason why these, for logs and the run report
   */
  public record Training(TrainingKernels kernels, String reason) {}

  private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Narrower vectors would not pay. */
  private static final int FEWEST_LANES = 4;

  private static final Map<KernelChoice, Choice> CHOICES = new ConcurrentHashMap<>();
  private static final Map<KernelChoice, Training> TRAININGS = new ConcurrentHashMap<>();

  /** Volatile, so that no compiler multiplies them ahead of time. */
  private static volatile float smallestNormal = Float.MIN_NORMAL;

  private static volatile float half = 0.5f;

  private KernelProvider() {}

  /**
   * The kernels asked for; the first call that tries SIMD takes a second or two, in which the loops
   * that take most time are compiled and the results of all are compared with the reference.
   *
   * @throws IllegalStateException when {@code SIMD} is asked for and cannot run here
   */
  public static Choice choose(KernelChoice request) {
    return CHOICES.computeIfAbsent(request, KernelProvider::make);
  }

  private static Choice make(KernelChoice request) {
    Choice choice =
        switch (request) {
          case AUTO -> automatic();
          case SIMD -> simd();
          case REFERENCE -> new Choice(new ReferenceKernels(), "asked for by the kernel option");
        };
    LOG.info("Kernels: {} ({})", choice.kernels().name(), choice.reason());
    return choice;
  }

  private static Choice automatic() {
    SimdTrial trial = Simd.TRIAL;
    if (trial.kernels().isPresent()) {
      return new Choice(trial.kernels().get(), trial.reason());
    }
    LOG.warn(
        "The SIMD kernels cannot be used, so this run is many times slower: {}", trial.reason());
    return new Choice(new ReferenceKernels(), trial.reason());
  }

  private static Choice simd() {
    SimdTrial trial = Simd.TRIAL;
    Kernels kernels =
        trial
            .kernels()
            .orElseThrow(() -> new IllegalStateException("kernel is simd, but " + trial.reason()));
    return new Choice(kernels, trial.reason());
  }

  /**
   * The kernels of training that go with those of {@link #choose}; the first call that tries SIMD
   * takes a second or two more, and compares their results with those of the reference.
   *
   * @throws IllegalStateException when {@code SIMD} is asked for and cannot run here
   */
  public static Training training(KernelChoice request) {
    return TRAININGS.computeIfAbsent(request, KernelProvider::makeTraining);
  }

  private static Training makeTraining(KernelChoice request) {
    Choice choice = choose(request);
    if (choice.kernels() instanceof ReferenceKernels) {
      return new Training(new ReferenceTraining(), choice.reason());
    }
    Training training = SimdTrainingTrial.OUTCOME;
    if (training.kernels() instanceof ReferenceTraining) {
      if (request == KernelChoice.SIMD) {
        throw new IllegalStateException("kernel is simd, but " + training.reason());
      }
      LOG.warn(
          "The SIMD kernels of training cannot be used, so it is many times slower: {}",
          training.reason());
    }
    LOG.info("Kernels of training: {} ({})", training.kernels().name(), training.reason());
    return training;
  }

  /**
   * Checks that the calling thread keeps denormal floats. A native library compiled with {@code
   * -ffast-math} can switch a thread to flush them to zero, and then its results differ in bits
   * from those of other threads.
   *
   * @throws IllegalStateException when it flushes them
   */
  public static void requireDenormals() {
    if (smallestNormal * half == 0f) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "thread '%s' flushes denormal floats to zero, which changes results: "
                  + "a native library built with -ffast-math has set its floating-point mode",
              Thread.currentThread().getName()));
    }
  }

  /** The outcome of trying SIMD in this JVM: kernels, or why there are none. */
  private record SimdTrial(Optional<Kernels> kernels, String reason) {}

  /** Holds the one trial of a JVM. */
  private static final class Simd {
    static final SimdTrial TRIAL = attempt();

    private static SimdTrial attempt() {
      if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
        return refused("the JVM runs without --add-modules=" + VECTOR_MODULE);
      }
      if (!hasFusedMultiplyAdd()) {
        return refused(
            "the CPU or the JVM has no fused multiply-add instruction (UseFMA is false)");
      }
      if (SimdLanes.LANES < FEWEST_LANES) {
        return refused(
            String.format(Locale.ROOT, "vectors hold only %d floats here", SimdLanes.LANES));
      }
      try {
        String measured = SimdStart.run();
        return new SimdTrial(Optional.of(new SimdKernels()), measured);
      } catch (IllegalStateException difference) {
        return refused(difference.getMessage());
      }
    }

    private static SimdTrial refused(String reason) {
      return new SimdTrial(Optional.empty(), reason);
    }

    /** Without the instruction each {@link Math#fma} is computed by {@code BigDecimal}. */
    private static boolean hasFusedMultiplyAdd() {
      HotSpotDiagnosticMXBean machine =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return machine != null && Boolean.parseBoolean(machine.getVMOption("UseFMA").getValue());
    }
  }

  /** Holds the one trial of a JVM. */
  private static final class SimdTrainingTrial {
    static final Training OUTCOME = attempt();

    private static Training attempt() {
      try {
        return new Training(new SimdTraining(), SimdTrainingStart.run());
      } catch (IllegalStateException difference) {
        return new Training(new ReferenceTraining(), difference.getMessage());
      }
    }
  }
}
