package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.Sha256;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run in which 22 executors are killed at random moments gives the bits of one in which none is.
 * It takes some minutes, so its name keeps it from those that always run: {@code mvn test
 * -Dtest=KilledExecutors}.
 */
class KilledExecutors {
  private static final int KILLS = 22;
  private static final int ROWS = 24_000;
  private static final int VOCABULARY = 500;

  /** Until the next kill, in milliseconds; an executor needs some seconds to start. */
  private static final int SHORTEST = 5_000;

  private static final int LONGEST = 13_000;

  @TempDir Path directory;

  @AfterAll
  static void stopCluster() {
    LocalSpark.stop();
  }

  /** Kills an executor now and then, until as many are killed as shall be. */
  private static final class Killer extends Thread {
    private final Random random = new Random(20261128);
    private final AtomicInteger killed = new AtomicInteger();

    Killer() {
      super("killer of executors");
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        while (killed.get() < KILLS) {
          Thread.sleep(SHORTEST + random.nextInt(LONGEST - SHORTEST));
          List<ProcessHandle> executors = executors();
          if (!executors.isEmpty()) {
            executors.get(random.nextInt(executors.size())).destroyForcibly();
            System.out.printf(
                Locale.ROOT, "%d of %d executors killed%n", killed.incrementAndGet(), KILLS);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** The Java processes that the workers, which run in this JVM, have started. */
    private static List<ProcessHandle> executors() {
      return ProcessHandle.current()
          .descendants()
          .filter(process -> process.info().command().filter(c -> c.endsWith("java")).isPresent())
          .toList();
    }
  }

  @Test
  void twentyTwoExecutorsKilledChangeNoBit() throws Exception {
    Path model = directory.resolve("model");
    BertCheckpointFixture.of(3, 256, 4, VOCABULARY, 22).write(model);
    int[] lengths = IntStream.range(0, ROWS).map(row -> 1 + row * 37 % 140).toArray();
    Path input = TokenRows.of(VOCABULARY, 31, lengths).write(directory.resolve("rows.jsonl"));
    String quiet = hash(LocalSpark.twoCores(), model, input, directory.resolve("quiet"));

    SparkSession cluster =
        LocalSpark.with(
            "local-cluster[2,1,1024]",
            Map.of(
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                "spark.task.maxFailures",
                "1000",
                "spark.deploy.maxExecutorRetries",
                "-1"));
    Killer killer = new Killer();
    killer.start();
    String disturbed = hash(cluster, model, input, directory.resolve("disturbed"));
    int killed = killer.killed.get();
    killer.interrupt();

    System.out.printf(
        Locale.ROOT, "no executor killed: %s%n%d killed: %s%n", quiet, killed, disturbed);
    assertThat(disturbed).isEqualTo(quiet);
    assertThat(killed).isEqualTo(KILLS);
  }

  /** Of all ids and vectors. */
  private static String hash(SparkSession spark, Path model, Path input, Path output) {
    Ended ended =
        JobHarness.run(
            new EmbedJob(),
            "--model",
            model.toString(),
            "--input",
            input.toString(),
            "--output",
            output.toString(),
            "--tokens-column",
            "tokens",
            "--partitions",
            "input",
            "--split-bytes",
            "64k");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    Map<String, List<Integer>> bits = new TreeMap<>(EmbeddingsOf.bits(spark, output));
    assertThat(bits).hasSize(ROWS);
    return Sha256.of(bits.toString());
  }
}
