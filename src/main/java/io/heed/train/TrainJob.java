package io.heed.train;

import io.heed.job.Job;
import io.heed.job.JobContext;
import io.heed.job.JobRunner;
import io.heed.job.TableRun;
import io.heed.job.TableSettings;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenColumns;
import io.heed.spark.tokens.TokenSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code jobs/train}: a table of texts, token ids or price bars to a GPT that continues them. */
public final class TrainJob implements Job {
  private static final Setting<String> OUTPUT =
      TableSettings.OUTPUT.describedAs("Directory to write the checkpoint to");
  private static final String DYNAMIC_ALLOCATION = "spark.dynamicAllocation.enabled";

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new TrainJob(), arguments);
  }

  @Override
  public String name() {
    return "train";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Trains a GPT to continue the texts, or sequences of token ids or of price bars, of a table:"
            + " a new one, or that of --model. Writes a Hugging Face checkpoint, which jobs/score,"
            + " jobs/generate and jobs/embed take, with _heed/report.json, _heed/steps.csv and"
            + " _heed/plots/loss.png. The same command goes on where an earlier run of it ended. The"
            + " weights do not depend on how many executors and cores there are. Without options it"
            + " trains on the sample, in under a minute.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.aroundFiles(
        OUTPUT,
        ModelSettings.MODEL,
        TrainSettings.SIZE,
        TrainSettings.POSITIONS,
        TrainSettings.TOKENIZER,
        TrainSettings.DISCRETIZER,
        TrainSettings.VOCABULARY,
        TrainSettings.END_OF_TEXT,
        TokenSettings.TEXT_COLUMN,
        TokenSettings.TOKENS_COLUMN,
        TokenSettings.SERIES_COLUMN,
        TrainSettings.EVAL_INPUT,
        TrainSettings.EVAL_FRACTION,
        TrainSettings.EVAL_ROWS,
        TrainSettings.EVAL_STEPS,
        TrainSettings.EARLY_STOPPING,
        TrainSettings.STEPS,
        TrainSettings.EPOCHS,
        TrainSettings.BATCH_SIZE,
        TrainSettings.BLOCK_LENGTH,
        TrainSettings.MICRO_BATCH,
        TrainSettings.GRADIENT_SHARDS,
        TrainSettings.PACKING,
        TrainSettings.LEARNING_RATE,
        TrainSettings.MIN_LEARNING_RATE,
        TrainSettings.WARMUP_STEPS,
        TrainSettings.SCHEDULE,
        TrainSettings.WEIGHT_DECAY,
        TrainSettings.ADAM_BETA1,
        TrainSettings.ADAM_BETA2,
        TrainSettings.MAX_GRAD_NORM,
        TrainSettings.DROPOUT,
        TrainSettings.SEED,
        TrainSettings.CHECKPOINT_STEPS,
        TrainSettings.CHECKPOINT_MINUTES,
        TrainSettings.TRAINING_STATE,
        TrainSettings.KEEP_TRAINING_STATE,
        TrainSettings.MAX_RESTARTS,
        TrainSettings.TASKS,
        TrainSettings.SKIP_NON_FINITE,
        ModelSettings.KERNEL);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, OUTPUT);
  }

  @Override
  public List<Setting<String>> weights() {
    return List.of(ModelSettings.MODEL);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    TokenColumns.check(settings);
    settings.exclude(TrainSettings.STEPS, TrainSettings.EPOCHS);
    settings.exclude(TrainSettings.EVAL_INPUT, TrainSettings.EVAL_FRACTION);
    settings.find(TrainSettings.SIZE).ifPresent(ModelSize::parse);
  }

  @Override
  public Map<Setting<?>, String> sample(Path home, PrintStream err) {
    Path data = home.resolve("sample-data");
    Map<Setting<?>, String> arguments = new LinkedHashMap<>();
    arguments.put(TableSettings.INPUT, data.resolve("stories.jsonl").toString());
    arguments.put(TableSettings.OUTPUT, home.resolve("target").resolve("sample-gpt").toString());
    arguments.put(
        TrainSettings.TOKENIZER, data.resolve("gpt").resolve("tokenizer.json").toString());
    arguments.put(TrainSettings.SIZE, "2x96x3");
    arguments.put(TrainSettings.POSITIONS, "128");
    arguments.put(TrainSettings.STEPS, "250");
    arguments.put(TrainSettings.BATCH_SIZE, "16");
    arguments.put(TrainSettings.LEARNING_RATE, "6e-3");
    arguments.put(TrainSettings.EVAL_STEPS, "50");
    arguments.put(TableSettings.OVERWRITE, "true");
    return arguments;
  }

  @Override
  public void showSample(JobContext context) {
    SampleContinuations.show(
        Path.of(context.settings().required(TableSettings.OUTPUT)), context.out());
  }

  @Override
  public String afterInterruption() {
    return Job.super.afterInterruption()
        + ", and the same command goes on from the last checkpoint, where there is one";
  }

  @Override
  public void run(JobContext context) {
    boolean dynamic =
        context.spark().sparkContext().getConf().getBoolean(DYNAMIC_ALLOCATION, false);
    if (dynamic) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "training needs a fixed number of executors: set %s=false and spark.executor.instances",
              DYNAMIC_ALLOCATION));
    }
    try (TrainRun training = new TrainRun(context)) {
      new TableRun(context, null).run(training.columns(), training.read(), training);
    }
  }
}
