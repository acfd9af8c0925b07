package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.kernel.ForkedJvm;
import io.heed.kernel.ForkedJvm.Ended;
import io.heed.regress.RegressJob;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark's own names of files have ASCII digits, in the JVMs of jobs. */
class PlainLocaleTest {
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String PERSIAN = "-Duser.language=fa -Duser.country=IR";

  @TempDir Path directory;

  @Test
  void the_files_of_a_job_have_ascii_names_which_any_character_set_has() throws IOException {
    Path output = directory.resolve("out");
    Ended ended =
        ForkedJvm.end(
            Map.of("LC_ALL", "C"),
            options(),
            RegressJob.class,
            "--input=" + EmbedSandbox.SAMPLE_DATA.resolve("pooling-training.csv"),
            "--features=x",
            "--label=y",
            "--output=" + output);

    assertThat(ended.exit()).as(ended.errors()).isZero();
    try (Stream<Path> files = Files.walk(output)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("part-00000-"))
          .allMatch(name -> name.matches("[!-~]+"));
    }
  }

  private static List<String> options() {
    List<String> options = new ArrayList<>(List.of(PERSIAN.split(" ")));
    options.addAll(List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-"))
        .forEach(options::add);
    return options;
  }

  @Test
  void the_options_of_executors_are_kept() {
    SparkConf conf = new SparkConf(false).set(EXECUTOR_OPTIONS, "-Da=b");
    PlainLocale.ofExecutors(conf);

    assertThat(conf.get(EXECUTOR_OPTIONS)).isEqualTo("-Da=b -Duser.language=en -Duser.country=US");
  }

  @Test
  void an_executor_counts_in_ascii_whatever_its_options() {
    SparkConf conf = new SparkConf(false).set(EXECUTOR_OPTIONS, PERSIAN);
    PlainLocale.ofExecutors(conf);
    SparkSession spark =
        LocalSpark.with(
            "local-cluster[1,1,1024]",
            Map.of(
                EXECUTOR_OPTIONS,
                conf.get(EXECUTOR_OPTIONS),
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path")));
    try {
      assertThat(
              new JavaSparkContext(spark.sparkContext())
                  .parallelize(List.of(1), 1)
                  .map(number -> "%03d".formatted(number))
                  .collect())
          .containsExactly("001");
    } finally {
      spark.stop();
    }
  }
}
