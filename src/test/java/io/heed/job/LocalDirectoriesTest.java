package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.output.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDirectoriesTest {

  @TempDir Path directory;

  private static SparkConf conf(Object... directories) {
    String joined =
        String.join(",", java.util.Arrays.stream(directories).map(String::valueOf).toList());
    return new SparkConf(false).set("spark.local.dir", joined);
  }

  @Test
  void oneThatCanBeWrittenIsEnough() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatCode(() -> LocalDirectories.requireWritable(conf(file, directory.resolve("new"))))
        .doesNotThrowAnyException();
    assertThat(directory.resolve("new")).isEmptyDirectory();
  }

  @Test
  void withoutOneTheRunEndsWithASentence() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> LocalDirectories.requireWritable(conf(file)))
        .isInstanceOf(OutputException.class)
        .hasMessageStartingWith("Spark's local directories (spark.local.dir) cannot be written: ")
        .hasMessageContaining(file.toString());
  }
}
