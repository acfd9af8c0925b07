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
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelLocation;
import io.heed.training.DropoutRates;
import io.heed.training.InitialCheckpoint;
import io.heed.training.Recipe;
import io.heed.training.StateFile;
import io.heed.training.StepShape;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingResult;
import io.heed.training.TrainingState;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
  private static final String CORPUS = "corpus";

  private final JobContext context;
  private final Settings settings;
  private final Path scratch;
  private final StartModel model;
  private final ModelSpec spec;
  private final TrainCorpus corpus;
  private String directory;
  private TrainingState state;
  private Optional<Whole> earlier = Optional.empty();
  private Optional<InitialCheckpoint> initial = Optional.empty();
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
      StepShape shape = TrainPlanner.check(settings, spec);
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
    List<ReadPlace> places = new ArrayList<>();
    settings
        .find(TrainSettings.EVAL_INPUT)
        .ifPresent(path -> places.add(new ReadPlace("eval input", hadoopPath(path))));
    settings
        .find(TrainSettings.TRAINING_STATE)
        .ifPresent(path -> places.add(new ReadPlace("training state", hadoopPath(path))));
    return places;
  }

  private static org.apache.hadoop.fs.Path hadoopPath(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }

  private Configuration hadoop() {
    return context.spark().sparkContext().hadoopConfiguration();
  }

  @Override
  public void read(
      TableRun run, InputTable input, Publication publication, TaskOutputs taskOutputs) {
    outputs = taskOutputs;
    directory =
        settings
            .find(TrainSettings.TRAINING_STATE)
            .orElseGet(() -> publication.output() + ".training");
    try {
      TrainingState there = new TrainingState(new HadoopRunFiles(directory, hadoop()));
      requireNothingElse(there);
      state = there;
      earlier = state.newest(broken -> context.err().println("heed: warning: " + broken));
      if (earlier.isEmpty()) {
        initial = Optional.of(model.write(state, settings.value(TrainSettings.SEED)));
      }
      String folder = earlier.map(Whole::folder).orElse(InitialCheckpoint.folder());
      manifest =
          corpus.write(
              run,
              input,
              publication,
              outputs,
              ModelLocation.of(directory + "/" + folder),
              corpusDirectory());
    } catch (IOException e) {
      throw StateFailure.of(directory, e);
    }
  }

  private void requireNothingElse(TrainingState there) throws IOException {
    Optional<String> foreign = there.foreign(CORPUS);
    if (foreign.isPresent()) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "the training state %s has to be a directory of its own, and %s is there: %s names"
                  + " another",
              directory,
              foreign.get(),
              TrainSettings.TRAINING_STATE.option()));
    }
  }

  private String corpusDirectory() {
    return directory + "/" + CORPUS;
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
    TrainingPlan plan =
        new TrainPlanner(settings, spec, manifest).plan(model.told() + seed(), dropout());
    try {
      Whole start = start(plan);
      TrainingAttempts attempts =
          new TrainingAttempts(
              context, plan, state, directory, corpusDirectory(), manifest, outputs);
      attempts.tellMemory(spec, InitialCheckpoint.values(config()));
      TrainingResult result = attempts.run(start, mode);
      report =
          new TrainReport(
              plan, manifest, spec, result, attempts, corpus.baseline(manifest, corpusDirectory()));
      Whole whole =
          state
              .of(result.step(), broken -> {})
              .orElseThrow(
                  () -> new IOException("the checkpoint of step " + result.step() + " is gone"));
      publish(publication, result, whole);
    } catch (IOException e) {
      throw StateFailure.of(directory, e);
    }
  }

  /** Random weights depend on the seed. */
  private String seed() {
    return model.checkpoint().isPresent() ? "" : ", seed " + settings.value(TrainSettings.SEED);
  }

  private Whole start(TrainingPlan plan) throws IOException {
    if (earlier.isEmpty()) {
      return initial.orElseThrow().complete(plan.entries());
    }
    Whole whole = earlier.get();
    if (whole.step() > plan.recipe().steps()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s/%s is of step %,d, and there are %,d",
              directory,
              whole.folder(),
              whole.step(),
              plan.recipe().steps()));
    }
    Recipe.difference(plan.entries(), whole.recipe())
        .ifPresent(
            difference -> {
              throw new SettingException(
                  String.format(
                      Locale.ROOT,
                      "the recipe is not that of the checkpoints in %s: %s; with the same recipe"
                          + " training goes on, and another needs another %s or their removal",
                      directory,
                      difference,
                      TrainSettings.TRAINING_STATE.option()));
            });
    context
        .err()
        .printf(
            Locale.ROOT,
            "heed: resuming at step %,d of %,d%n",
            whole.step(),
            plan.recipe().steps());
    return whole;
  }

  private void publish(Publication publication, TrainingResult result, Whole whole) {
    try {
      copy(publication, whole);
    } catch (IOException | FSError e) {
      throw new OutputException("the model cannot be published: " + e.getMessage(), e);
    }
    publication.addFile(
        "steps.csv", TrainingState.table(result.history()).getBytes(StandardCharsets.UTF_8));
    report.files().forEach(publication::addFile);
  }

  private void copy(Publication publication, Whole whole) throws IOException {
    HadoopDirectory data = new HadoopDirectory(publication.data(), hadoop());
    data.files().mkdirs(data.path());
    for (StateFile file : whole.files()) {
      if (file.name().equals("steps.csv") || file.name().startsWith("moments-")) {
        continue;
      }
      try (InputStream in = state.open(whole, file.name());
          OutputStream out = data.create(data.file(file.name()))) {
        in.transferTo(out);
      }
    }
  }

  @Override
  public Map<String, ?> details() {
    return report.details();
  }

  @Override
  public void published() {
    if (settings.value(TrainSettings.KEEP_TRAINING_STATE)) {
      return;
    }
    try {
      state.remove(CORPUS);
    } catch (IOException e) {
      context.err().println("heed: warning: " + StateFailure.of(directory, e).getMessage());
    }
  }

  /** What a run leaves that has trained nothing: files of no checkpoint. */
  private void removeUnused() throws IOException {
    if (state != null && earlier.isEmpty() && state.newest(broken -> {}).isEmpty()) {
      state.remove(CORPUS);
    }
  }

  @Override
  public void close() {
    try {
      removeUnused();
    } catch (IOException e) {
      context.err().println("heed: warning: " + StateFailure.of(directory, e).getMessage());
    }
    removeScratch();
  }

  private void removeScratch() {
    try (var files = Files.walk(scratch)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      context.err().println("heed: warning: " + scratch + " stays: " + e.getMessage());
    }
  }
}
