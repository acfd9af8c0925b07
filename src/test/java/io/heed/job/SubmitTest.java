package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code jobs/submit} hands to Spark, and which Spark it hands it to. */
class SubmitTest {
  @TempDir Path directory;
  private SubmitSandbox sandbox;

  @BeforeEach
  void makeClone() throws Exception {
    sandbox = new SubmitSandbox(directory);
  }

  @Test
  void passesEveryArgumentUnchanged() throws Exception {
    List<String> odd = List.of("a b", "", "*", "$HOME", "`id`", "\"", "\\", "'", "x\ny", "-n");
    SubmitSandbox.Run run = sandbox.submit(concat(List.of("io.heed.Job"), odd, List.of("--"), odd));

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(sandbox.arguments())
        .containsExactly(concat(List.of("--class", "io.heed.Job"), odd, List.of(jar()), odd));
  }

  @Test
  void passesOnlyTheFirstDoubleDashItself() throws Exception {
    sandbox.submit("io.heed.Job", "in", "--", "--name", "n", "--", "x");

    assertThat(sandbox.arguments())
        .containsExactly("--class", "io.heed.Job", "--name", "n", "--", "x", jar(), "in");
  }

  @Test
  void keepsStdoutForTheJobAndPassesItsExitCode() throws Exception {
    SubmitSandbox.Run run = sandbox.with("DRIVER_EXIT", 7).submit("io.heed.Job");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.stdout()).isEqualTo("the report\n");
  }

  @Test
  void startsFromAnyDirectoryThroughALinkToAJob() throws Exception {
    Path elsewhere = Files.createDirectories(directory.resolve("else where"));
    Files.createSymbolicLink(elsewhere.resolve("hop"), sandbox.file("jobs/embed"));
    Files.createSymbolicLink(elsewhere.resolve("link"), Path.of("hop"));
    SubmitSandbox.Run run =
        sandbox.finish(sandbox.start(elsewhere.resolve("link"), elsewhere, "--input", "here"));

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(sandbox.recorded("directory").strip()).isEqualTo(elsewhere.toString());
    assertThat(sandbox.arguments())
        .containsExactly("--class", "io.heed.embed.EmbedJob", jar(), "--input", "here");
  }

  @Test
  void refusesACallWithoutAClass() throws Exception {
    SubmitSandbox.Run run = sandbox.submit("--input", "x");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr()).contains("usage: jobs/submit CLASS [job options]");
  }

  // ---- which Spark ----

  @Test
  void usesTheSparkOfSparkHome() throws Exception {
    Path home = sandbox.installSpark("spark", "spark-core_2.13-4.0.1.jar");
    SubmitSandbox.Run run = sandbox.with("SPARK_HOME", home).submit("io.heed.Job");

    assertThat(run.stderr()).contains("heed: Spark 4.0.1, " + home + "/bin/spark-submit\n");
    assertThat(sandbox.recorded("home")).isEqualTo(home.toString());
  }

  @Test
  void usesTheSparkOfThePath() throws Exception {
    Path home = sandbox.installSpark("spark", "spark-core_2.13-10.2.0-vendor-1.jar");
    Files.createSymbolicLink(sandbox.bin("spark-submit"), home.resolve("bin/spark-submit"));
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.stderr())
        .contains("heed: Spark 10.2.0-vendor-1, " + sandbox.bin("spark-submit"));
    assertThat(sandbox.recorded("home")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4.1.3, 2.13.17, true", "3.5.1, 2.13.8, false", "4.0.0, 2.12.18, false"})
  void asksASparkWhoseJarsAreElsewhere(String spark, String scala, boolean used) throws Exception {
    SubmitSandbox.executable(
        sandbox.bin("spark-submit"),
        """
        #!/usr/bin/env bash
        if [ "$1" != --version ]; then exec "$RECORD/driver" "$@"; fi
        echo '   /___/ .__/\\_,_/_/ /_/\\_\\   version %s' >&2
        echo 'Using Scala version %s, OpenJDK 64-Bit Server VM, 17.0.15' >&2
        """
            .formatted(spark, scala));
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).contains(used ? "heed: Spark " + spark + "," : "resolved by Maven");
  }

  @ParameterizedTest
  @CsvSource({"spark-core_2.12-3.5.1.jar, 3.5.1 on Scala 2.12", "spark-core_2.13-3.5.8.jar, 3.5.8"})
  void leavesAnOldSparkAloneAndSaysWhy(String jar, String version) throws Exception {
    Path home = sandbox.installSpark("spark", jar);
    SubmitSandbox.Run run = sandbox.with("SPARK_HOME", home).submit("io.heed.Job");

    assertThat(run.stderr())
        .contains("heed: Spark 4.1.3, resolved by Maven (" + home + "/bin/spark-submit is Spark ")
        .contains("is Spark " + version);
    assertThat(sandbox.recorded("home")).isEqualTo(sandbox.file("target/spark").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--master|yarn",
        "--master=yarn",
        "--master|k8s://https://node1",
        "-c|spark.master=yarn"
      })
  void refusesAClusterManagerThatTheResolvedSparkDoesNotKnow(String options) throws Exception {
    String[] given = concat(List.of("io.heed.Job", "--"), List.of(options.split("[|]")));
    SubmitSandbox.Run run = sandbox.submit(given);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr())
        .startsWith(
            "heed: master " + options.replaceAll(".*[|=]", "") + " needs a Spark of your own: ")
        .contains("set SPARK_HOME to one, 4.0 or later on Scala 2.13, and HADOOP_CONF_DIR")
        .hasLineCount(1);
    assertThat(sandbox.builds()).isZero();

    Path home = sandbox.installSpark("spark", "spark-core_2.13-4.0.1.jar");
    assertThat(sandbox.with("SPARK_HOME", home).submit(given).exitCode()).isZero();
  }

  @Test
  void refusesTheClusterManagerOfDefaultsThatAreThere() throws Exception {
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.master  yarn\n");
    Path old = sandbox.installSpark("old", "spark-core_2.12-3.5.1.jar");
    SubmitSandbox.Run run =
        sandbox.with("SPARK_CONF_DIR", conf).with("SPARK_HOME", old).submit("io.heed.Job");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr())
        .contains(
            "master yarn needs a Spark of your own (" + old + "/bin/spark-submit is Spark 3.5.1");
  }

  @Test
  void saysThatSparkHomeHoldsNoSpark() throws Exception {
    SubmitSandbox.Run run = sandbox.with("SPARK_HOME", "/nowhere").submit("io.heed.Job");

    assertThat(run.stderr()).contains("(SPARK_HOME (/nowhere) holds no bin/spark-submit)");
  }

  @Test
  void isToldToUseTheSparkThatMavenResolved() throws Exception {
    Path home = sandbox.installSpark("spark", "spark-core_2.13-4.1.0.jar");
    sandbox.with("SPARK_HOME", home).with("HEED_SPARK", "embedded");
    assertThat(sandbox.submit("io.heed.Job").stderr()).contains("4.1.3, resolved by Maven\n");

    SubmitSandbox.Run wrong = sandbox.with("HEED_SPARK", "mine").submit("io.heed.Job");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.stderr()).contains("HEED_SPARK is 'mine'; it may be 'embedded' or unset");
  }

  // ---- which Java ----

  @ParameterizedTest
  @CsvSource({"1.8.0_402", "11.0.22", "16"})
  void refusesAnOldJava(String version) throws Exception {
    SubmitSandbox.Run run = sandbox.with("JAVA_VERSION", version).submit("io.heed.Job");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr()).contains("Java 17 or later is needed").contains("Java " + version);
  }

  @Test
  void refusesAJavaOnWhichTheEmbeddedSparkCannotWrite() throws Exception {
    sandbox.with("JAVA_VERSION", "25-ea");
    assertThat(sandbox.submit("io.heed.Job").stderr()).contains("Java 17 or 21 is needed");

    sandbox.with("SPARK_HOME", sandbox.installSpark("spark", "spark-core_2.13-4.2.0.jar"));
    assertThat(sandbox.submit("io.heed.Job").exitCode()).isZero();
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    sandbox.with("JAVA_HOME", "/nowhere");
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr()).contains("'/nowhere/bin/java' does not run");
  }

  // ---- defaults of local runs ----

  @Test
  void givesALocalDriverMemoryLoggingAndTheHomeOfHeed() throws Exception {
    sandbox.submit("io.heed.Job");

    assertThat(sandbox.recorded("memory")).matches("[1-9][0-9]{3,}m");
    assertThat(sandbox.recorded("options"))
        .startsWith("-Dheed.home=\"")
        .contains("/a clone, \\\"quoted\\\" \\\\ & $HOME's\" ")
        .contains(" -Dlog4j2.configurationFile=\"")
        .endsWith("/conf/log4j2.properties\"");
  }

  @Test
  void leavesAMasterToSparkWhichRunsLocallyWithoutOne() throws Exception {
    sandbox.submit("io.heed.Job", "--", "--verbose");

    assertThat(sandbox.arguments()).containsExactly("--class", "io.heed.Job", "--verbose", jar());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--master yarn",
        "--master=yarn",
        "--conf spark.master=yarn",
        "-c spark.master=yarn",
        "--conf=spark.master=spark://host:7077",
        "--properties-file CLONE/other.conf",
        "--conf spark.master=local[2] --master yarn",
      })
  void leavesTheDriverOfAClusterAlone(String options) throws Exception {
    sandbox.write("other.conf", "# spark.master local\n spark.master = spark://host:7077 \n");
    String[] words = options.split(" ");
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].replace("CLONE", sandbox.file(".").toString());
    }
    sandbox.with("SPARK_HOME", sandbox.installSpark("spark", "spark-core_2.13-4.0.1.jar"));
    sandbox.submit(concat(List.of("io.heed.Job", "--"), List.of(words)));

    assertThat(sandbox.recorded("memory")).isEmpty();
    assertThat(sandbox.recorded("options")).startsWith("-Dheed.home=").doesNotContain("log4j2");
  }

  @ParameterizedTest
  @CsvSource({
    "'spark.master yarn', '', false",
    "'spark.master:yarn', '', false",
    "'spark.master.rest.enabled true', '', true",
    "'spark.master yarn', '--master local[2]', true",
    "'spark.master yarn', '--properties-file /dev/null', true",
    "'spark.master yarn', '--properties-file /dev/null --load-spark-defaults', false",
  })
  void readsTheMasterOfSparkDefaults(String line, String options, boolean local) throws Exception {
    Path home = sandbox.installSpark("spark", "spark-core_2.13-4.1.0.jar");
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/spark-defaults.conf"), "spark.x 1\n" + line + "\n");
    sandbox.with("SPARK_HOME", home);
    sandbox.submit(
        options.isEmpty()
            ? new String[] {"io.heed.Job"}
            : concat(List.of("io.heed.Job", "--"), List.of(options.split(" "))));

    assertThat(sandbox.recorded("memory").isEmpty()).isNotEqualTo(local);
  }

  @Test
  void readsTheMasterOfTheEnvironment() throws Exception {
    sandbox.with("MASTER", "spark://host:7077").submit("io.heed.Job");

    assertThat(sandbox.recorded("memory")).isEmpty();
  }

  @Test
  void keepsWhatTheCallerHasSet() throws Exception {
    Path conf = Files.createDirectories(directory.resolve("conf dir"));
    Files.createFile(conf.resolve("log4j2.xml"));
    sandbox.with("SPARK_CONF_DIR", conf).with("SPARK_DRIVER_MEMORY", "3g");
    sandbox.with("SPARK_SUBMIT_OPTS", "-Da=b").submit("io.heed.Job");

    assertThat(sandbox.recorded("memory")).isEqualTo("3g");
    assertThat(sandbox.recorded("options")).doesNotContain("log4j2").endsWith("\" -Da=b");
  }

  private String jar() {
    return sandbox.file("target/submit/heed.jar").toString();
  }

  @SafeVarargs
  private static String[] concat(List<String>... lists) {
    return List.of(lists).stream().flatMap(List::stream).toArray(String[]::new);
  }
}
