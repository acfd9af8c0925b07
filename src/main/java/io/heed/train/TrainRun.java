package io.heed.train;

import io.heed.architecture.DecoderConfig;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.ConfigFile;
import io.heed.corpus.CorpusManifest;
import io.heed.input.Columns;
import io.heed.input.InputTable;
import io.heed.job.FileComputation;
import io.heed.job.JobContext;
import io.heed.job.TableRun;
import io.heed.job.TaskOutputs;
import io.heed.model.ModelSpec;
import io.heed.output.OutputException;
import io.heed.output.ProgressMode;
import io.heed.output.Publication;
import io.heed.output.ReadPlace;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelLocation;
import io.heed.train.TrainReport.Baseline;
import io.heed.training.DropoutRates;
import io.heed.training.InitialCheckpoint;
import io.heed.training.StepShape;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingResult;
import io.heed.training.TrainingState;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.SparkContext;

/** One run of {@code jobs/train}: its corpus, its attempts, and what is published of it. */
final class TrainRun implements FileComputation, AutoCloseable {
  private final JobContext context;
  private final Settings settings;
  private final Path scratch;
  private final StartModel model;
  private final ModelSpec spec;
  private final TrainPlanner planner;
  private final TrainCorpus corpus;
  private RunState state;
  private CorpusManifest manifest;
  private TrainReport report;
  private TaskOutputs outputs;

  /**
   * A run.
   *
   * @throws SettingException when settings contradict each other or the model
   * @throws CheckpointException when the model cannot be used
   */
  TrainRun(JobContext context) {
    this.context = context;
    this.settings = context.settings();
    try {
      this.scratch = Files.createTempDirectory("heed-train-");
    } catch (IOException e) {
      throw unprepared(e);
    }
    try {
      this.model = StartModel.of(settings, scratch);
      this.spec = DecoderConfig.read(config()).spec();
      this.planner = new TrainPlanner(settings, spec);
      StepShape shape = planner.check();
      SparkContext spark = context.spark().sparkContext();
      TrainMemory.require(spark, settings, spec, InitialCheckpoint.values(config()), shape);
      this.corpus = new TrainCorpus(context, spec, config());
    } catch (IOException e) {
      removeScratch();
      throw unprepared(e);
    } catch (RuntimeException e) {
      removeScratch();
      throw e;
    }
  }

  private static CheckpointException unprepared(IOException e) {
    return new CheckpointException("the model cannot be prepared: " + e.getMessage(), e);
  }

  /** Where the model's configuration is, on this machine. */
  private Path config() {
    return model.files().get(0).toAbsolutePath().getParent();
  }

  Columns columns() {
    return corpus.columns();
  }

  /** Places that the output must not touch. */
  List<ReadPlace> read() {
    List<ReadPlace> places = new ArrayList<>(places(TrainSettings.EVAL_INPUT));
    places.addAll(places(TrainSettings.TRAINING_STATE));
    return places;
  }

  private List<ReadPlace> places(Setting<String> setting) {
    return settings.find(setting).stream()
        .map(path -> new ReadPlace(TableRun.words(setting), new org.apache.hadoop.fs.Path(path)))
        .toList();
  }

  private Configuration hadoop() {
    return context.spark().sparkContext().hadoopConfiguration();
  }

  @Override
  public void read(
      TableRun run, InputTable input, Publication publication, TaskOutputs taskOutputs) {
    outputs = taskOutputs;
    String directory =
        settings
            .find(TrainSettings.TRAINING_STATE)
            .orElseGet(() -> publication.output() + ".training");
    try {
      state = new RunState(directory, hadoop(), rows(input), this::warn);
      state.requireSame(planner.known(told(), dropout(), state.earlier()));
      String files = state.model(model, settings.value(TrainSettings.SEED));
      manifest =
          corpus.write(run, input, publication, outputs, ModelLocation.of(files), state.corpus());
    } catch (IOException e) {
      throw StateFailure.of(directory, e);
    }
  }

  /** Places of rows, among which no state is kept. */
  private List<ReadPlace> rows(InputTable input) {
    List<ReadPlace> places = new ArrayList<>(ReadPlace.all("input", input.roots()));
    places.addAll(places(TrainSettings.EVAL_INPUT));
    return places;
  }

  private DropoutRates dropout() {
    ConfigFile config = CheckpointFiles.open(config()).config();
    return new DropoutRates(
        rate(config, "embd_pdrop"), rate(config, "resid_pdrop"), rate(config, "attn_pdrop"));
  }

  private static double rate(ConfigFile config, String key) {
    double rate = config.share(key).orElse(0.1);
    if (rate >= 1) {
      throw config.error("%s %s is not below 1", key, rate);
    }
    return rate;
  }

  @Override
  public void compute(TableRun run, Publication publication, ProgressMode mode) {
    try {
      Optional<Baseline> baseline = corpus.baseline(manifest, state.corpus());
      TrainingPlan plan = planner.plan(told(), dropout(), manifest, baseline.isPresent());
      Whole start = state.start(plan);
      if (state.earlier().isPresent()) {
        context
            .err()
            .printf(
                Locale.ROOT,
                "heed: resuming at step %,d of %,d%n",
                start.step(),
                plan.recipe().steps());
      }
      TrainingAttempts attempts = new TrainingAttempts(context, plan, state, manifest, outputs);
      attempts.tellMemory(spec, InitialCheckpoint.values(config()));
      TrainingResult result = attempts.run(start, mode);
      report = new TrainReport(plan, manifest, spec, result, attempts, baseline);
      publish(publication, result);
    } catch (IOException e) {
      throw StateFailure.of(state.directory(), e);
    }
  }

  /** What training begins with; random weights depend on the seed. */
  private String told() {
    return model.checkpoint().isPresent()
        ? model.told()
        : model.told() + ", seed " + settings.value(TrainSettings.SEED);
  }

  private void publish(Publication publication, TrainingResult result) throws IOException {
    Whole whole = state.of(result.step());
    try {
      state.copyModel(whole, new HadoopDirectory(publication.data(), hadoop()));
    } catch (IOException | FSError e) {
      throw new OutputException("the model cannot be published: " + e.getMessage(), e);
    }
    publication.addFile(
        "steps.csv", TrainingState.table(result.history()).getBytes(StandardCharsets.UTF_8));
    report.files().forEach(publication::addFile);
  }

  @Override
  public Map<String, ?> details() {
    return report.details();
  }

  @Override
  public void published() {
    if (!settings.value(TrainSettings.KEEP_TRAINING_STATE)) {
      state.remove();
    }
  }

  private void warn(String message) {
    context.err().println("heed: warning: " + message);
  }

  @Override
  public void close() {
    try {
      if (state != null) {
        state.close();
      }
    } finally {
      removeScratch();
    }
  }

  private void removeScratch() {
    try (var files = Files.walk(scratch)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      warn(scratch + " stays: " + e.getMessage());
    }
  }
}
