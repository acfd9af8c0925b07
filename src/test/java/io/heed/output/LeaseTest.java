package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several runs to one OUTPUT: at the same time, and after one died. */
class LeaseTest {
  private static final RejectedTable TABLE =
      RejectedTable.forIds(DataTypes.LongType, Provenance.NONE);
  private static final Duration LONG_AGO = Lease.SILENCE.plusMinutes(1);

  @TempDir Path temporary;
  private Path output;
  private Path other;

  @BeforeEach
  void chooseOutput() throws IOException {
    temporary = temporary.toRealPath();
    output = temporary.resolve("out");
    other = temporary.resolve(".out.heed-20260101T000000Z-0123abcd");
  }

  private Publication begin() {
    return Publication.begin(
        new Configuration(), output.toString(), OverwritePolicy.REFUSE, List.of());
  }

  private void assertOtherIsDead() {
    begin().close();
    assertThat(other).doesNotExist();
  }

  private void assertOtherIsLive() {
    assertThatThrownBy(this::begin)
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("another run is writing")
        .hasMessageContaining(other.toString());
    assertThat(other).exists();
    assertThat(stagings()).containsExactly(other);
  }

  private List<Path> stagings() {
    try (Stream<Path> entries = Files.list(temporary)) {
      return entries.filter(path -> path.getFileName().toString().contains(".heed-")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes the other run's staging as {@code owner} would have left it. */
  private void claimOther(Owner owner) throws IOException {
    Files.createDirectories(other.resolve("data"));
    Files.writeString(other.resolve("claim"), owner.toJson());
    Files.writeString(other.resolve("beat"), "");
  }

  private static Owner elsewhere() {
    return new Owner("far", "far/boot/namespace", 1, 0, "2026-01-01T00:00:00Z");
  }

  private static Owner here(long pid, long processStart) {
    Owner self = Owner.thisProcess();
    return new Owner(self.host(), self.machine(), pid, processStart, self.claimedAt());
  }

  private void age(String... names) throws IOException {
    FileTime time = FileTime.from(Instant.now().minus(LONG_AGO));
    for (String name : names) {
      Files.setLastModifiedTime(other.resolve(name), time);
    }
  }

  @Test
  void aSecondRunIsRefusedAndTheFirstGoesOn() throws IOException {
    try (Publication first = begin()) {
      assertThatThrownBy(this::begin)
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("another run is writing output file:" + output)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      Files.createDirectories(LocalPaths.of(first.data()));
      first.publish(TABLE, List.of(), "{}");
    }
    assertThat(output.resolve("_SUCCESS")).exists();
    assertThat(stagings()).isEmpty();
  }

  @Test
  void runsToOtherOutputsDoNotMatter() {
    Configuration configuration = new Configuration();
    String longer = output + ".heed-20260101T000000Z-0123abcd";
    try (Publication one =
        Publication.begin(configuration, longer, OverwritePolicy.REFUSE, List.of())) {
      begin().close();
      assertThat(LocalPaths.of(one.heed())).exists();
    }
  }

  @RepeatedTest(5)
  void ofRunsThatStartTogetherOneGoesOn() throws Exception {
    int runs = 6;
    ExecutorService threads = Executors.newFixedThreadPool(runs);
    CyclicBarrier together = new CyclicBarrier(runs);
    List<Future<Publication>> starts = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      starts.add(
          threads.submit(
              () -> {
                together.await();
                return begin();
              }));
    }
    List<Publication> winners = new ArrayList<>();
    for (Future<Publication> start : starts) {
      try {
        winners.add(start.get(30, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(OutputException.class);
      }
    }
    threads.shutdown();
    assertThat(winners).hasSize(1);
    assertThat(stagings()).hasSize(1);
    winners.get(0).close();
    assertThat(stagings()).isEmpty();
  }

  @Test
  void deadIfItsProcessIsGone() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    claimOther(here(process.pid(), System.currentTimeMillis()));
    assertOtherIsDead();
  }

  @Test
  void deadIfItsProcessIdBelongsToAYoungerProcess() throws IOException {
    claimOther(here(ProcessHandle.current().pid(), Owner.thisProcess().processStart() - 60_000));
    assertOtherIsDead();
  }

  @Test
  void liveWhileItsProcessIsThereHoweverSilent() throws IOException {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    claimOther(
        here(parent.pid(), parent.info().startInstant().orElse(Instant.EPOCH).toEpochMilli()));
    age("claim", "beat", "");
    assertOtherIsLive();
  }

  @Test
  void deadIfThisProcessGaveItUp() throws IOException {
    claimOther(Owner.thisProcess());
    assertOtherIsDead();
  }

  @Test
  void elsewhereLiveWhileItBeats() throws IOException {
    claimOther(elsewhere());
    age("claim", "");
    assertOtherIsLive();
  }

  @Test
  void elsewhereDeadAfterSilence() throws IOException {
    claimOther(elsewhere());
    age("claim", "beat", "");
    assertOtherIsDead();
  }

  @Test
  void anEarlierClaimWithoutBeatGoesFirst() throws IOException {
    claimOther(elsewhere());
    Files.delete(other.resolve("beat"));
    assertOtherIsLive();
  }

  @Test
  void anUnreadableClaimIsJudgedBySilence() throws IOException {
    Files.createDirectory(other);
    Files.writeString(other.resolve("claim"), "{\"host\":");
    assertOtherIsLive();
    age("claim", "");
    assertOtherIsDead();
  }

  @Test
  void deadIfItsRemovalWasCutOff() throws IOException {
    claimOther(elsewhere());
    Files.move(other.resolve("claim"), other.resolve("removed"));
    assertOtherIsDead();
  }

  @Test
  void whatADeadRunMovedAsideComesBack() throws IOException {
    claimOther(elsewhere());
    Path replaced = Files.createDirectories(other.resolve("replaced/_heed"));
    Files.writeString(replaced.resolve("report.json"), "{\"complete\": true}");
    age("claim", "beat", "");
    assertThatThrownBy(this::begin)
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("--overwrite");
    assertThat(output.resolve("_heed/report.json")).exists();
    assertThat(stagings()).isEmpty();
  }

  @Test
  void aRunThatWasTakenForDeadDoesNotPublish() throws IOException {
    try (Publication publication = begin()) {
      new Staging(publication.data().getParent())
          .remove(publication.data().getFileSystem(new Configuration()));
      // A task that still runs creates the directory again.
      Files.createDirectories(LocalPaths.of(publication.data()));
      assertThatThrownBy(() -> publication.publish(TABLE, List.of(), "{}"))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("was removed while the run wrote into it");
    }
    assertThat(output).doesNotExist();
  }

  @Test
  void aKilledProcessLeavesOutputUntouchedAndItsStagingToTheNextRun() throws Exception {
    Process run = startElsewhere();
    run.destroyForcibly().waitFor();
    assertThat(output).doesNotExist();
    assertThat(stagings()).hasSize(1);
    begin().close();
    assertThat(stagings()).isEmpty();
  }

  @Test
  void aTerminatedProcessCleansUp() throws Exception {
    Process run = startElsewhere();
    assertThatThrownBy(this::begin)
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("process " + run.pid());
    run.destroy();
    assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output).doesNotExist();
    assertThat(stagings()).isEmpty();
  }

  private Process startElsewhere() throws IOException {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SleepingRun.class.getName(),
                output.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String line = run.inputReader().readLine();
    assertThat(line).isEqualTo("begun");
    return run;
  }

  /** A run that writes and then waits to be ended. */
  static final class SleepingRun {
    private SleepingRun() {}

    public static void main(String[] arguments) throws Exception {
      try (Publication publication =
          Publication.begin(new Configuration(), arguments[0], OverwritePolicy.REFUSE, List.of())) {
        Files.createDirectories(LocalPaths.of(publication.data()));
        Files.writeString(LocalPaths.of(publication.data()).resolve("part-0.parquet"), "rows");
        System.out.println("begun");
        Thread.sleep(60_000);
      }
    }
  }
}
