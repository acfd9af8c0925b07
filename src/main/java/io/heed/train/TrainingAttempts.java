package io.heed.train;

import io.heed.corpus.CorpusManifest;
import io.heed.job.JobContext;
import io.heed.job.TaskOutputs;
import io.heed.model.ModelSpec;
import io.heed.output.ProgressDisplay;
import io.heed.output.ProgressMode;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.training.MemoryNeed;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingResult;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Runs the stage that trains, and once more from the last checkpoint when an executor was lost:
 * Spark ends a barrier stage with its first lost task, and does not begin it anew.
 */
final class TrainingAttempts {
  /** Attempts in a row that come no step further before it is given up. */
  private static final int NO_PROGRESS = 3;

  /** How long Spark waits for executors at its start, and this before those that are left go on. */
  private static final String SETTLING = "spark.scheduler.maxRegisteredResourcesWaitingTime";

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final JobContext context;
  private final Settings settings;
  private final TrainingPlan plan;
  private final RunState state;
  private final CorpusManifest corpus;
  private final TaskOutputs outputs;
  private final String runId = UUID.randomUUID().toString();
  private int restarts;
  private int tasks;
  private long startNanos;
  private double seconds;

  TrainingAttempts(
      JobContext context,
      TrainingPlan plan,
      RunState state,
      CorpusManifest corpus,
      TaskOutputs outputs) {
    this.context = context;
    this.settings = context.settings();
    this.plan = plan;
    this.state = state;
    this.corpus = corpus;
    this.outputs = outputs;
  }

  /** How often it began anew. */
  int restarts() {
    return restarts;
  }

  /** Tasks of the last attempt. */
  int tasks() {
    return tasks;
  }

  /** How long all attempts took. */
  double seconds() {
    return seconds;
  }

  /** Trains to the end. */
  TrainingResult run(Whole first, ProgressMode mode) throws IOException {
    Whole start = first;
    int fruitless = 0;
    startNanos = System.nanoTime();
    try (ProgressDisplay shown =
        ProgressDisplay.start(() -> state.checkpoints().told().map(this::withRestarts), mode)) {
      while (true) {
        try {
          tasks = tasks(restarts > 0);
          TrainingResult result = stage(start).run(spark(), tasks);
          seconds = (System.nanoTime() - startNanos) / 1e9;
          return result;
        } catch (Exception e) { // Spark throws checked exceptions without declaring them.
          if (!TaskFailure.isLoss(e)) {
            TaskFailure.rethrow(e);
            throw e;
          }
          if (restarts >= settings.value(TrainSettings.MAX_RESTARTS)) {
            throw e;
          }
          Whole next = state.newest().orElse(start);
          fruitless = next.step() == start.step() ? fruitless + 1 : 0;
          if (fruitless >= NO_PROGRESS) {
            throw e;
          }
          start = next;
          restarts++;
          warn(
              String.format(
                  Locale.ROOT,
                  "an executor was lost; training goes on from step %,d (restart %d)",
                  start.step(),
                  restarts));
        }
      }
    }
  }

  private String withRestarts(String line) {
    return restarts == 0
        ? line
        : String.format(
            Locale.ROOT, "%s, %d %s", line, restarts, restarts == 1 ? "restart" : "restarts");
  }

  private void warn(String message) {
    context.err().println("heed: warning: " + message);
  }

  private JavaSparkContext spark() {
    JavaSparkContext spark = new JavaSparkContext(context.spark().sparkContext());
    // When one task fails the others wait for it, and have to be woken.
    spark.setJobGroup("heed-train-" + runId, "train", true);
    return spark;
  }

  private TrainingStage stage(Whole start) {
    return new TrainingStage(
        plan,
        runId,
        restarts,
        state.directory(),
        start,
        state.corpus(),
        corpus,
        settings.value(ModelSettings.KERNEL),
        outputs,
        new SerializableConfiguration(context.spark().sparkContext().hadoopConfiguration()));
  }

  /** Tells how much memory the run takes in each JVM. */
  void tellMemory(ModelSpec spec, long values) {
    int all = tasks(false);
    SparkContext spark = context.spark().sparkContext();
    int together =
        spark.isLocal() ? all : Math.min(all, spark.getConf().getInt("spark.executor.cores", 1));
    MemoryNeed need = MemoryNeed.of(spec, values, plan.recipe().shape(), all, together);
    context.err().println("memory                 " + need);
  }

  /** As many as can run at once, at most one for each shard. */
  private int tasks(boolean settling) {
    int most =
        Math.min(
            plan.recipe().shards(), settings.find(TrainSettings.TASKS).orElse(Integer.MAX_VALUE));
    Duration longest =
        Duration.ofSeconds(
            context.spark().sparkContext().getConf().getTimeAsSeconds(SETTLING, "30s"));
    long begin = System.nanoTime();
    int slots = slots();
    while (slots == 0 || settling && slots < Math.min(most, Math.max(tasks, 1))) {
      Duration waited = Duration.ofNanos(System.nanoTime() - begin);
      boolean enough = slots > 0 && waited.compareTo(longest) > 0;
      if (enough || waited.compareTo(LONGEST_WAIT) > 0) {
        break;
      }
      pause();
      slots = slots();
    }
    return Math.max(1, Math.min(most, slots));
  }

  private int slots() {
    SparkContext spark = context.spark().sparkContext();
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  private static void pause() {
    try {
      Thread.sleep(250);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for executors");
    }
  }
}
