package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When {@code jobs/submit} calls Maven, and what it does with the outcome. */
class SubmitBuildTest {
  @TempDir Path directory;
  private SubmitSandbox sandbox;

  @BeforeEach
  void makeClone() throws Exception {
    sandbox = new SubmitSandbox(directory);
  }

  @Test
  void buildsOnceAndSaysSo() throws Exception {
    SubmitSandbox.Run first = sandbox.submit("io.heed.Job");
    SubmitSandbox.Run second = sandbox.submit("io.heed.Job");

    assertThat(first.stderr())
        .contains("heed: building for the first time")
        .contains("some minutes");
    assertThat(second.stderr()).isEqualTo("heed: Spark 4.1.3, resolved by Maven\n");
    assertThat(sandbox.builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pom.xml", "src/main/java/Job.java", "src/main/java"})
  void buildsAgainAfterAnEdit(String edited) throws Exception {
    sandbox.submit("io.heed.Job");
    sandbox.edit(edited);
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.stderr()).contains("heed: building, since " + edited + " has changed (log: ");
    assertThat(sandbox.builds()).isEqualTo(2);
  }

  @Test
  void buildsAgainAfterTheJarsOfSparkHaveGone() throws Exception {
    sandbox.submit("io.heed.Job");
    Files.createSymbolicLink(
        sandbox.file("target/spark/jars/x.jar"), directory.resolve("gone.jar"));
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.stderr())
        .contains("since target/spark/jars/x.jar cannot be read, a link to " + directory);
    assertThat(sandbox.builds()).isEqualTo(2);
  }

  @Test
  void saysWhatItWouldBuildWhereItCannot() throws Exception {
    Files.createSymbolicLink(sandbox.file("target"), directory.resolve("gone/target"));
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr())
        .contains("heed: cannot build: " + sandbox.file("target") + " is not writable for user ")
        .contains("heed: a build is needed, since there is no target/submit/heed.jar; run a job ");
    assertThat(sandbox.builds()).isZero();
  }

  @Test
  void doesNotBuildForAnEditedTestOrReadme() throws Exception {
    sandbox.submit("io.heed.Job");
    sandbox.write("src/test/java/JobTest.java", "");
    sandbox.write("README.md", "");
    sandbox.edit("src/test/java/JobTest.java");
    sandbox.edit("README.md");
    sandbox.submit("io.heed.Job");

    assertThat(sandbox.builds()).isEqualTo(1);
  }

  @Test
  void showsWhyABuildFailedAndTriesAgain() throws Exception {
    sandbox.submit("io.heed.Job");
    sandbox.write("src/main/java/Job.java", "broken");
    sandbox.edit("src/main/java/Job.java");
    for (int attempt = 0; attempt < 2; attempt++) {
      SubmitSandbox.Run run = sandbox.with("DRIVER_EXIT", 7).submit("io.heed.Job");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.stderr())
          .contains("\n[ERROR] Job.java is broken\n")
          .contains("heed: the build failed; its log is " + sandbox.file("target/heed-build.log"))
          .doesNotContain("[INFO]");
    }
    assertThat(sandbox.builds()).isEqualTo(3);
  }

  @Test
  void saysThatMavenIsMissingOnlyWhereItIsNeeded() throws Exception {
    sandbox.submit("io.heed.Job");
    sandbox.remove("mvn");
    assertThat(sandbox.submit("io.heed.Job").exitCode()).isZero();

    sandbox.edit("pom.xml");
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.stderr()).contains("Maven 3.8 or later is needed to build Heed");
  }

  @ParameterizedTest
  @MethodSource("locks")
  void letsOnlyOneOfSeveralBuild(String lock) throws Exception {
    useLock(lock);
    sandbox.with("MVN_SECONDS", 0.5);
    List<Process> processes =
        List.of(
            sandbox.start(sandbox.file("jobs/submit"), directory, "io.heed.Job"),
            sandbox.start(sandbox.file("jobs/submit"), directory, "io.heed.Job"),
            sandbox.start(sandbox.file("jobs/submit"), directory, "io.heed.Job"));
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    SubmitSandbox.Run last = sandbox.submit("io.heed.Job");

    assertThat(last.stderr()).contains("waiting for another build of Heed");
    assertThat(sandbox.builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("locks")
  void takesOverTheLockOfADeadBuild(String lock) throws Exception {
    useLock(lock);
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    sandbox.write("target/heed-build.lock", "");
    sandbox.write("target/heed-build.lock.d/" + dead.pid(), "");
    SubmitSandbox.Run run = sandbox.submit("io.heed.Job");

    assertThat(run.exitCode()).as(run.stderr()).isZero();
    assertThat(run.stderr()).doesNotContain("waiting");
  }

  /** macOS comes without flock. */
  private static Stream<String> locks() {
    return SubmitSandbox.onPath("flock") == null ? Stream.of("mkdir") : Stream.of("mkdir", "flock");
  }

  private void useLock(String lock) throws Exception {
    if (lock.equals("mkdir")) {
      sandbox.remove("flock");
    }
  }
}
