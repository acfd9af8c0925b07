package io.heed.train;

import io.heed.checkpoint.CheckpointException;
import io.heed.job.TableRun;
import io.heed.output.DirectoryLease;
import io.heed.output.OutputException;
import io.heed.output.ReadPlace;
import io.heed.settings.SettingException;
import io.heed.training.InitialCheckpoint;
import io.heed.training.Recipe;
import io.heed.training.StateFile;
import io.heed.training.TrainingPlan;
import io.heed.training.TrainingState;
import io.heed.training.TrainingState.Whole;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;

/**
 * The state of a run in its directory: the checkpoints and the corpus. It belongs to one run at a
 * time, and to the next one with the same recipe when that dies.
 */
final class RunState implements AutoCloseable {
  private static final String CORPUS = "corpus-";
  private static final Pattern OF_CORPUS =
      Pattern.compile(CORPUS + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final String WHAT = TableRun.words(TrainSettings.TRAINING_STATE);

  private final String directory;
  private final Configuration hadoop;
  private final Consumer<String> warnings;
  private final DirectoryLease lease;
  private final TrainingState checkpoints;
  private final Optional<Whole> earlier;
  private final boolean isNew;
  private final String corpus;
  private Optional<InitialCheckpoint> initial = Optional.empty();

  /**
   * Takes the directory.
   *
   * @param places that the run reads
   * @param warnings is told of checkpoints that are not used, and of what stays behind
   * @throws OutputException when another run has it, or it lies where rows are read
   * @throws SettingException when it holds anything else
   */
  RunState(
      String directory, Configuration hadoop, List<ReadPlace> places, Consumer<String> warnings)
      throws IOException {
    this.hadoop = hadoop;
    this.warnings = warnings;
    this.lease = DirectoryLease.acquire(hadoop, WHAT, directory, places);
    // As it is called in every process, whatever its working directory.
    this.directory = lease.directory().toString();
    // What executors of a dead driver still read stays as it is until they miss it.
    this.corpus = CORPUS + UUID.randomUUID();
    try {
      this.checkpoints = new TrainingState(new HadoopRunFiles(this.directory, hadoop));
      requireNothingElse();
      this.isNew = checkpoints.begun().isEmpty();
      this.earlier = checkpoints.newest(warnings);
      requireUsable();
      checkpoints.forgetTold();
      checkpoints.removeBesides(RunState::isCorpus);
      if (isNew) {
        checkpoints.removeUnfinished();
      }
    } catch (IOException | RuntimeException | FSError e) {
      lease.close();
      throw e;
    }
  }

  private static boolean isCorpus(String name) {
    return OF_CORPUS.matcher(name).matches();
  }

  /** A run that took them for nothing would write over them in the end. */
  private void requireUsable() {
    if (!isNew && earlier.isEmpty()) {
      throw new OutputException(
          String.format(
              Locale.ROOT,
              "none of the checkpoints in the training state %s can be used: remove it to train"
                  + " from the beginning, or name another by %s",
              directory,
              TrainSettings.TRAINING_STATE.option()));
    }
  }

  private void requireNothingElse() throws IOException {
    Optional<String> foreign = checkpoints.foreign(RunState::isCorpus);
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

  String directory() {
    return directory;
  }

  String corpus() {
    return directory + "/" + corpus;
  }

  TrainingState checkpoints() {
    return checkpoints;
  }

  /** The checkpoint that an earlier run left. */
  Optional<Whole> earlier() {
    return earlier;
  }

  /**
   * Where the configuration and the tokenizer of the model are; the files of a run that begins are
   * written.
   */
  String model(StartModel model, long seed) throws IOException {
    if (earlier.isEmpty()) {
      initial = Optional.of(model.write(checkpoints, seed));
    }
    return directory + "/" + earlier.map(Whole::folder).orElse(InitialCheckpoint.folder());
  }

  /**
   * Requires that an earlier run had these entries.
   *
   * @throws SettingException when one differs
   */
  void requireSame(Map<String, String> entries) {
    if (earlier.isEmpty()) {
      return;
    }
    Recipe.difference(entries, earlier.get().recipe())
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
  }

  /**
   * The checkpoint that training begins with.
   *
   * @throws SettingException when it is of another recipe
   */
  Whole start(TrainingPlan plan) throws IOException {
    if (earlier.isEmpty()) {
      return initial.orElseThrow().complete(plan.entries());
    }
    requireSame(plan.entries());
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
    return whole;
  }

  /**
   * The newest checkpoint.
   *
   * @throws OutputException when another run took this one for dead
   */
  Optional<Whole> newest() throws IOException {
    lease.requireHeld();
    return checkpoints.newest(warnings);
  }

  /** The whole checkpoint of a step. */
  Whole of(long step) throws IOException {
    return checkpoints
        .of(step, warnings)
        .orElseThrow(() -> new IOException("the checkpoint of step " + step + " is gone"));
  }

  /** Copies what belongs to a model of a checkpoint. */
  void copyModel(Whole whole, HadoopDirectory target) throws IOException {
    lease.requireHeld();
    target.files().mkdirs(target.path());
    for (StateFile file : whole.files()) {
      if (StartModel.isFile(file.name())) {
        try (InputStream in = checkpoints.open(whole, file.name());
            OutputStream out = target.create(target.file(file.name()))) {
          in.transferTo(out);
        }
      }
    }
  }

  /** Removes it, when the model is published. */
  void remove() {
    whileHeld(() -> checkpoints.remove(RunState::isCorpus));
  }

  /** Removes something. */
  private interface Removal {
    void run() throws IOException;
  }

  /**
   * What another run has taken is left to it, and what stays does no harm to a run that is over.
   */
  private void whileHeld(Removal removal) {
    try {
      if (lease.isHeld()) {
        removal.run();
      }
    } catch (IOException e) {
      warnings.accept(StateFailure.of(directory, e).getMessage());
    }
  }

  /** Gives it free for the next run. One that has no checkpoint holds nothing that it could use. */
  @Override
  public void close() {
    try {
      whileHeld(this::removeUnused);
    } finally {
      lease.close();
    }
  }

  private void removeUnused() throws IOException {
    if (isNew && checkpoints.begun().isEmpty()) {
      checkpoints.remove(RunState::isCorpus);
    } else {
      checkpoints.removeBesides(name -> name.equals(corpus));
    }
  }
}
