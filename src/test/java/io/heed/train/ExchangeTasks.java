package io.heed.train;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** What the tasks of tests do, and what they leave. */
final class ExchangeTasks {
  private static final long PATIENCE_SECONDS = 20;

  /** How a task ends that the others wait for. */
  interface End extends Runnable, Serializable {}

  private ExchangeTasks() {}

  /** Takes all steps; answers with the hash and the number of JVMs. */
  static String steps(BarrierTaskContext context, String run) {
    try (TransportExchange exchange = TransportExchange.join(context, run, 0)) {
      String hash = ExchangeSteps.hash(exchange);
      exchange.finish();
      return hash + " in " + exchange.ranks().leaders().length;
    }
  }

  /** Takes steps until the last task throws, and writes down how the others end. */
  static String failing(BarrierTaskContext context, String run, String directory, End end)
      throws IOException {
    try (TransportExchange exchange = TransportExchange.join(context, run, 0)) {
      float[] values = ExchangeSteps.values(exchange.rank(), 0, 1000);
      ExchangeSteps.sum(exchange, 0, values);
      exchange.gather("0/norm", 1);
      if (exchange.rank() == exchange.tasks() - 1) {
        end.run();
      }
      ExchangeSteps.sum(exchange, 1, values);
      return "went on";
    } catch (RuntimeException e) {
      Files.writeString(
          Path.of(directory, String.valueOf(context.partitionId())),
          e.getClass().getSimpleName() + ": " + e.getMessage());
      throw e;
    }
  }

  static void toThrow() {
    throw new IllegalStateException("thrown by a test");
  }

  /** Says so in a file, and waits. */
  static void toWait(String directory) {
    try {
      Files.createFile(Path.of(directory, "waits"));
      Thread.sleep(TimeUnit.MINUTES.toMillis(2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits for a file. */
  static void await(Path file) {
    while (!Files.exists(file)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  /** Waits until no server is open and none of its threads runs, here and in other JVMs. */
  static List<String> leftovers(SparkSession spark, int tasks) {
    return new JavaSparkContext(spark.sparkContext())
        .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
        .map(task -> leftovers())
        .filter(left -> !left.isEmpty())
        .collect();
  }

  private static String leftovers() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < end) {
      if (found().isEmpty()) {
        return "";
      }
      Thread.sleep(50);
    }
    return found();
  }

  private static String found() {
    List<String> threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.contains("heed.exchange"))
            .toList();
    return ExchangeServer.open() == 0 && threads.isEmpty()
        ? ""
        : ExchangeServer.open() + " servers, threads " + threads;
  }
}
