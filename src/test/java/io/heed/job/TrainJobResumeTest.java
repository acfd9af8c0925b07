package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.Sha256;
import io.heed.job.JobHarness.Ended;
import io.heed.output.DirectoryLease;
import io.heed.train.HadoopRunFiles;
import io.heed.train.TrainJob;
import io.heed.training.TrainingState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/train} where an earlier run of the same command has ended before its time. */
@Timeout(120)
class TrainJobResumeTest {
  private static final String BEFORE_LAST = "step-000000000006";
  private static final String LAST = "step-000000000008";

  @TempDir static Path shared;
  @TempDir Path directory;

  /** Holds the last two checkpoints of a run, the one before the end among them. */
  private static Path kept;

  private static String expected;
  private TrainSandbox sandbox;
  private Path state;

  @BeforeAll
  static void trainUndisturbed() {
    LocalSpark.twoCores();
    TrainSandbox first = new TrainSandbox(shared);
    first.trained("model", first.input(), options("--keep-training-state"));
    expected = first.hash("model");
    kept = first.state("model");
  }

  private static String[] options(String... more) {
    return TrainSandbox.tiny(
        TrainSandbox.with(new String[] {"--checkpoint-steps", "2", "--eval-steps", "4"}, more));
  }

  /** The state as a driver leaves it that dies before it has published. */
  @BeforeEach
  void copyState() throws IOException {
    LocalSpark.twoCores();
    sandbox = new TrainSandbox(directory);
    state = sandbox.state("model");
    try (Stream<Path> files = Files.walk(kept)) {
      for (Path file : files.toList()) {
        Files.copy(file, state.resolve(kept.relativize(file).toString()));
      }
    }
    assertThat(state.resolve(BEFORE_LAST)).isDirectory();
  }

  private Ended resumed(String... more) {
    Ended ended = sandbox.trained("model", sandbox.input(), options(more));
    assertThat(sandbox.hash("model")).isEqualTo(expected);
    assertThat(state).doesNotExist();
    return ended;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatIsTrainedToTheEndIsPublished() {
    assertThat(resumed().err()).contains("heed: resuming at step 8 of 8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tasks 1", "--tasks 3 --partitions 5"})
  void itGoesOnFromTheLastCheckpoint(String other) throws IOException {
    delete(state.resolve(LAST));
    Ended ended = resumed(other.split(" "));
    assertThat(ended.err()).contains("heed: resuming at step 6 of 8").doesNotContain("warning");
    assertThat(Files.readAllLines(sandbox.path("model/_heed/steps.csv"))).hasSize(10);
  }

  @Test
  void aCheckpointWithoutItsDescriptionIsNone() throws IOException {
    Files.delete(state.resolve(LAST).resolve("training.json"));
    assertThat(newest("")).isEqualTo(BEFORE_LAST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"moments-00000.bin", "model.safetensors", "steps.csv", "training.json"})
  void aCheckpointCutShortIsNotUsed(String name) throws IOException {
    Path file = state.resolve(LAST).resolve(name);
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(cut.length() / 2);
    }
    assertThat(newest(LAST + " is not used: ")).isEqualTo(BEFORE_LAST);
  }

  /** The folder of the checkpoint from which the job goes on, once it has told of broken ones. */
  private String newest(String told) throws IOException {
    List<String> broken = new ArrayList<>();
    String folder =
        new TrainingState(new HadoopRunFiles(state.toString(), new Configuration()))
            .newest(broken::add)
            .orElseThrow()
            .folder();
    assertThat(String.join(" ", broken)).contains(told);
    return folder;
  }

  @Test
  void aFlippedBitIsSeen() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(state.resolve(LAST).resolve("moments-00000.bin").toFile(), "rw")) {
      file.seek(1000);
      int value = file.read();
      file.seek(1000);
      file.write(value ^ 1);
    }
    assertThat(resumed().err())
        .contains(
            "heed: warning: ",
            LAST + " is not used: moments-00000.bin does not have the hash it had",
            "heed: resuming at step 6 of 8");
  }

  @Test
  void anotherRecipeIsRefusedBeforeRowsAreReadAndTheStateStays() throws IOException {
    delete(state.resolve(LAST));
    Map<String, String> before = checkpoints();
    List<String> other = new ArrayList<>(List.of(options()));
    other.set(other.indexOf("--batch-size") + 1, "4");
    Path unusable = sandbox.path("unusable.jsonl");
    Files.writeString(unusable, "{\"tokens\": [-1]}\n");
    Ended ended = sandbox.train("model", unusable, other.toArray(String[]::new));
    sandbox.assertRefused(
        "model",
        ended,
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "the recipe is not that of the checkpoints in",
        "batch-size is 4 now and was 8");
    assertThat(checkpoints()).isEqualTo(before);
    assertThat(resumed().err()).contains("heed: resuming at step 6 of 8");
  }

  @Test
  void soAreOtherRows() throws IOException {
    delete(state.resolve(LAST));
    Path other = sandbox.write("other.jsonl", TrainSandbox.rows("row", 1, 89));
    sandbox.assertRefused(
        "model",
        sandbox.train("model", other, options()),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "corpus is ");
    assertThat(resumed().err()).contains("heed: resuming at step 6 of 8");
  }

  @Test
  void whateverElseIsRefusedLeavesTheState() throws IOException {
    delete(state.resolve(LAST));
    Map<String, String> before = checkpoints();
    for (String[] wrong :
        new String[][] {
          {"--learning-rate NaN", "--learning-rate: 'NaN'"},
          {"--gradient-shards 9", "--gradient-shards 9 is more than the batch size of 8"},
          {"--size 48x1600x25", "training takes about "},
        }) {
      assertRefused(sandbox.input(), wrong[0].split(" "), wrong[1]);
    }
    Path none = sandbox.write("none.jsonl", List.of(TrainSandbox.row("one", 1)));
    assertRefused(none, new String[0], "there is nothing to train on: ");
    LocalSpark.with("local[2]", Map.of("spark.dynamicAllocation.enabled", "true"));
    try {
      assertRefused(sandbox.input(), new String[0], "set spark.dynamicAllocation.enabled=false");
    } finally {
      LocalSpark.stop();
    }
    assertThat(checkpoints()).isEqualTo(before);
    LocalSpark.twoCores();
    assertThat(resumed().err()).contains("heed: resuming at step 6 of 8");
  }

  private void assertRefused(Path input, String[] other, String message) {
    List<String> given = new ArrayList<>(List.of(options()));
    for (int i = 0; i < other.length; i += 2) {
      int at = given.indexOf(other[i]);
      if (at >= 0) {
        given.subList(at, at + 2).clear();
      }
    }
    given.addAll(List.of(other));
    sandbox.assertRefused(
        "model",
        sandbox.train("model", input, given.toArray(String[]::new)),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        message);
  }

  /** Hashes of all files of checkpoints. */
  private Map<String, String> checkpoints() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = state.relativize(file).toString();
        if (name.startsWith("step-")) {
          hashes.put(name, Sha256.of(file));
        }
      }
    }
    assertThat(hashes).isNotEmpty();
    return hashes;
  }

  /** What this version cannot read is another's, and stays. */
  @Test
  void checkpointsOfAnotherFormatAreRefusedAndStay() throws IOException {
    for (String step : List.of(BEFORE_LAST, LAST)) {
      Path description = state.resolve(step).resolve("training.json");
      String text = Files.readString(description);
      assertThat(text).contains("\"format\" : 1");
      Files.writeString(description, text.replace("\"format\" : 1", "\"format\" : 2"));
    }
    Map<String, String> before = checkpoints();
    sandbox.assertRefused(
        "model",
        sandbox.train("model", sandbox.input(), options("--seed", "5")),
        ExitCode.BAD_OUTPUT,
        "a checkpoint has format 2, which another version of Heed wrote; this one knows 1");
    assertThat(checkpoints()).isEqualTo(before);
  }

  @Test
  void checkpointsOfWhichNoneCanBeUsedStay() throws IOException {
    for (String step : List.of(BEFORE_LAST, LAST)) {
      Files.writeString(state.resolve(step).resolve("steps.csv"), "step\nabc");
    }
    Map<String, String> before = checkpoints();
    Ended ended = sandbox.train("model", sandbox.input(), options());
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.BAD_OUTPUT);
    assertThat(ended.err())
        .contains("none of the checkpoints in the training state", "can be used: remove it");
    assertThat(checkpoints()).isEqualTo(before);
  }

  /** Names of a description come from a file that anybody may have written. */
  @Test
  void whatIsNoPartOfAModelIsNotPublished() throws IOException {
    Path description = state.resolve(LAST).resolve("training.json");
    String text = Files.readString(description);
    String entry = text.substring(text.indexOf("{", text.indexOf("\"files\"")));
    String config = entry.substring(0, entry.indexOf("}") + 1);
    assertThat(config).contains("config.json");
    Files.writeString(
        description,
        text.replace(config, config + ", " + config.replace("config.json", "pytorch_model.bin")));
    Files.copy(
        state.resolve(LAST).resolve("config.json"),
        state.resolve(LAST).resolve("pytorch_model.bin"));
    assertThat(resumed().err()).contains("heed: resuming at step 8 of 8");
    assertThat(sandbox.path("model/config.json")).exists();
    assertThat(sandbox.path("model/pytorch_model.bin")).doesNotExist();
  }

  @Test
  void theStateBelongsToOneRunAtATime() throws IOException {
    delete(state.resolve(LAST));
    Map<String, String> before = checkpoints();
    try (DirectoryLease other =
        DirectoryLease.acquire(new Configuration(), "state", state.toString(), List.of())) {
      sandbox.assertRefused(
          "model",
          sandbox.train("model", sandbox.input(), options()),
          ExitCode.BAD_OUTPUT,
          "another run is writing training state file:" + state + ": process ");
      other.requireHeld();
    }
    assertThat(checkpoints()).isEqualTo(before);
    assertThat(resumed().err()).contains("heed: resuming at step 6 of 8");
  }

  /** What is removed at the end goes by its name, and the directory may be the user's. */
  @ParameterizedTest
  @ValueSource(strings = {"thesis.tex", "corpus-2024/mine.txt", "step-1 copy/model.safetensors"})
  void aDirectoryOfSomethingElseIsNoPlaceForTheState(String name) throws IOException {
    assertStays(sandbox.path("mine"), name);
  }

  @Test
  void whatStandsBesideCheckpointsAndIsNotOfThemStays() throws IOException {
    assertStays(state, "corpus-2024/mine.txt");
  }

  private void assertStays(Path place, String name) throws IOException {
    Path file = place.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "mine");
    sandbox.assertRefused(
        "other",
        sandbox.train("other", sandbox.input(), options("--training-state", place.toString())),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "has to be a directory of its own, and " + name.replaceFirst("/.*", "") + " is there");
    assertThat(file).hasContent("mine");
  }

  /** A run that died before its first checkpoint may have had another model. */
  @Test
  void whatARunLeftThatNeverBeganIsNotTaken() throws IOException {
    Path left = sandbox.path("left/step-000000000000/tokenizer_config.json");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "{\"tokenizer_class\": \"no such class\"}");
    Ended ended =
        sandbox.train(
            "again", sandbox.input(), options("--training-state", sandbox.path("left").toString()));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(sandbox.path("again/tokenizer_config.json")).doesNotExist();
    assertThat(sandbox.hash("again")).isEqualTo(expected);
  }

  @Test
  void theOutputIsNoPlaceForTheState() {
    Ended ended =
        sandbox.train(
            "other",
            sandbox.input(),
            options("--training-state", sandbox.path("other").toString()));
    assertThat(ended.exit()).as(ended.err()).isNotEqualTo(ExitCode.DONE);
    assertThat(ended.err()).contains("training state").doesNotContain("step 1 of 8");
    assertThat(sandbox.path("other")).doesNotExist();
  }

  /** A description that someone has changed. */
  @Test
  void aCheckpointThatNamesNoWeightsIsNotUsed() throws IOException {
    Path description = state.resolve(LAST).resolve("training.json");
    String text = Files.readString(description);
    String other = text.replace("\"model.safetensors\"", "\"steps.csv\"");
    assertThat(other).isNotEqualTo(text);
    Files.writeString(description, other);
    assertThat(resumed().err()).contains("is not used: it names no model.safetensors");
  }

  /** The driver is a JVM of its own here, and gets no time to end in order. */
  @Test
  void aKilledDriverCostsNoBit() throws Exception {
    delete(state);
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx1g"));
    for (String argument :
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-") || argument.startsWith("-D")) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of(
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-cp",
            System.getProperty("java.class.path"),
            TrainJob.class.getName(),
            "--input",
            sandbox.input().toString(),
            "--output",
            sandbox.path("model").toString()));
    command.addAll(List.of(options()));
    Path log = sandbox.path("log");
    Process driver =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
      while (driver.isAlive()
          && System.nanoTime() < end
          && !Files.exists(state.resolve("step-000000000002/training.json"))) {
        Thread.sleep(1);
      }
    } finally {
      driver.destroyForcibly().waitFor();
    }
    assertThat(driver.exitValue()).as(Files.readString(log)).isEqualTo(137);
    assertThat(sandbox.path("model")).doesNotExist();
    assertThat(resumed().err()).containsPattern("heed: resuming at step [2468] of 8");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
