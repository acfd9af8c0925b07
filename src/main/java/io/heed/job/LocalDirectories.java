package io.heed.job;

import io.heed.output.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/** Where Spark keeps shuffles and spills on this machine. */
final class LocalDirectories {
  private LocalDirectories() {}

  /**
   * Requires one that can be written: Spark ends the JVM without a word where there is none.
   *
   * @throws OutputException when there is none
   */
  static void requireWritable(SparkConf conf) {
    String directories = directories(conf);
    String reason = "none is named";
    for (String directory : directories.split(",")) {
      try {
        Path path = Path.of(directory);
        if (!Files.isDirectory(path)) { // a link to one, too, which Java would not take
          Files.createDirectories(path);
        }
        Files.delete(Files.createTempDirectory(path, "heed-"));
        return;
      } catch (IOException | InvalidPathException e) {
        reason = e.toString();
      }
    }
    throw new OutputException(
        String.format(
            Locale.ROOT,
            "Spark's local directories (spark.local.dir) cannot be written: %s: %s",
            directories,
            reason));
  }

  /** As Spark chooses them outside of containers, whose manager sees to its directories. */
  private static String directories(SparkConf conf) {
    return Optional.ofNullable(System.getenv("CONTAINER_ID"))
        .map(yarn -> System.getenv("LOCAL_DIRS"))
        .or(() -> Optional.ofNullable(System.getenv("SPARK_EXECUTOR_DIRS")))
        .or(() -> Optional.ofNullable(System.getenv("SPARK_LOCAL_DIRS")))
        .orElseGet(() -> conf.get("spark.local.dir", System.getProperty("java.io.tmpdir")));
  }
}
