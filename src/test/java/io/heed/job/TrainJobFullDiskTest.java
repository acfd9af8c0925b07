package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.Sha256;
import io.heed.output.FullStore;
import io.heed.train.TrainJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/train} where the disk of its checkpoints, or that of its output, is full. */
@Timeout(120)
class TrainJobFullDiskTest {
  private static final long ROOM = 1L << 40;

  @TempDir static Path shared;
  @TempDir Path directory;

  private static String expected;

  /** What is written for the first weights, and for a checkpoint. */
  private static long initialBytes;

  private static long checkpointBytes;

  private TrainSandbox sandbox;
  private Configuration hadoop;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    LocalSpark.twoCores();
    TrainSandbox first = new TrainSandbox(shared);
    Path state = shared.resolve("kept");
    first.trained("model", first.input(), options(state.toString(), "--keep-training-state"));
    expected = first.hash("model");
    checkpointBytes = bytes(state.resolve("step-000000000004"));
    initialBytes = checkpointBytes - Files.size(moments(state.resolve("step-000000000004")));
  }

  private static Path moments(Path checkpoint) {
    return checkpoint.resolve("moments-00000.bin");
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }

  private static String[] options(String state, String... more) {
    return TrainSandbox.with(
        new String[] {
          "--tokens-column", "tokens", "--vocabulary", "61", "--size", "1x48x3", "--positions", "16"
        },
        TrainSandbox.with(
            new String[] {
              "--steps", "4", "--batch-size", "8", "--eval-fraction", "0", "--checkpoint-steps", "2"
            },
            TrainSandbox.with(new String[] {"--training-state", state}, more)));
  }

  @BeforeEach
  void openStore() {
    sandbox = new TrainSandbox(directory);
    hadoop = LocalSpark.twoCores().sparkContext().hadoopConfiguration();
  }

  private Path state() {
    return sandbox.path("state");
  }

  private String[] inStore() {
    return options(FullStore.SCHEME + "://" + state());
  }

  /** Trains with so much room, and tells what is written that there is none for. */
  private void assertFull(long room, String file) {
    FullStore.open(hadoop, room);
    sandbox.assertRefused(
        "model",
        sandbox.train("model", sandbox.input(), inStore()),
        ExitCode.BAD_OUTPUT,
        file,
        " cannot be written: No space left on device");
  }

  /** What the disk holds when it is full is either whole or not used, and the rest comes after. */
  @Test
  void noRoomForACheckpointCostsWhatCameAfterTheOneBefore() throws IOException {
    assertFull(initialBytes / 2, "step-000000000000/model.safetensors");
    assertThat(state()).doesNotExist();
    assertFull(initialBytes, ".tokens");
    assertThat(state()).doesNotExist();
    assertFull(initialBytes + checkpointBytes + checkpointBytes / 2, "step-000000000004/");
    Path before = state().resolve("step-000000000002");
    List<String> hashes = hashes(before);
    assertThat(hashes).hasSizeGreaterThan(3);
    assertThat(state().resolve("step-000000000004")).isDirectory();
    assertThat(state().resolve("step-000000000004/training.json")).doesNotExist();
    assertFull(checkpointBytes / 2, "step-000000000004/");
    assertThat(hashes(before)).isEqualTo(hashes);
    FullStore.open(hadoop, ROOM);
    assertThat(sandbox.trained("model", sandbox.input(), inStore()).err())
        .contains("heed: resuming at step 2 of 4")
        .doesNotContain("warning");
    assertThat(sandbox.hash("model")).isEqualTo(expected);
    assertThat(state()).doesNotExist();
  }

  private static List<String> hashes(Path directory) throws IOException {
    List<String> hashes = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        hashes.add(file.getFileName() + " " + Sha256.of(file));
      }
    }
    return hashes;
  }

  @Test
  void noRoomForTheModelCostsNoStep() throws IOException {
    Path kept = shared.resolve("kept");
    FullStore.open(hadoop, initialBytes / 2);
    String output = FullStore.SCHEME + "://" + sandbox.path("full");
    String[] places = {"--input", sandbox.input().toString(), "--output", output};
    sandbox.assertRefused(
        "full",
        JobHarness.run(new TrainJob(), TrainSandbox.with(places, options(kept.toString()))),
        ExitCode.BAD_OUTPUT,
        "the model cannot be published: ",
        "/model.safetensors cannot be written: No space left on device");
    assertThat(TrainSandbox.hash(kept.resolve("step-000000000004"))).isEqualTo(expected);
    assertThat(kept.resolve("step-000000000004/training.json")).exists();
  }
}
