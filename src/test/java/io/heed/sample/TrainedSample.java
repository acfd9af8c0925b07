package io.heed.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.job.JobHarness;
import io.heed.train.TrainJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Trains a checkpoint of {@code sample-data} by the command that is written down for it. */
final class TrainedSample {
  private TrainedSample() {}

  /**
   * Writes the files of the model that a command gives.
   *
   * @param command a call of {@code jobs/train} as one types it in the project's root
   * @param committed where the command reads the tokenizer or the discretizer
   * @param directory where they are read instead, and where the model goes
   */
  static void write(String command, Path committed, Path directory) throws IOException {
    Path scratch = Files.createTempDirectory("heed-sample-");
    Path model = scratch.resolve("model");
    List<String> words =
        new ArrayList<>(List.of(command.replace("\\\n", " ").strip().split("\\s+")));
    if (!words.remove(0).equals("./jobs/train")) {
      throw new IllegalArgumentException(command);
    }
    words.replaceAll(word -> word.replace(committed.toString(), directory.toString()));
    words.set(words.indexOf("--output") + 1, model.toString());
    try {
      LocalSpark.twoCores();
      JobHarness.complete(new TrainJob(), words.toArray(String[]::new));
      for (Path file : files(model)) {
        Files.copy(
            file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      try (Stream<Path> all = Files.walk(scratch)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** The description of the sample has the command. */
  static void assertWrittenDown(String command) throws IOException {
    assertThat(Files.readString(Path.of("sample-data/README.md")))
        .contains(command.strip().indent(4));
  }

  /** The files of the model itself; what tells of the run begins with an underscore. */
  private static List<Path> files(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      return files.filter(file -> !file.getFileName().toString().startsWith("_")).toList();
    }
  }
}
