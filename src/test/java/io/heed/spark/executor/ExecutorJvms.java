package io.heed.spark.executor;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Asks the executors of a cluster, which are JVMs of their own. */
public final class ExecutorJvms {
  private static final long PATIENCE_MILLIS = 60_000;
  private static final int TASKS_FOR_EACH = 8;

  /**
   * An executor.
   *
   * @param executor its id in the application
   * @param pid of its process
   * @param loads how many models it has loaded
   */
  public record Jvm(String executor, long pid, int loads) {

    /** What tasks answer: Kryo writes no record. */
    private static Jvm parse(String answer) {
      String[] parts = answer.split(" ");
      return new Jvm(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }
  }

  private ExecutorJvms() {}

  /** The executors by id, once there are {@code count}. */
  public static Map<String, Jvm> ask(SparkSession spark, int count) {
    long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
    Map<String, Jvm> jvms = Map.of();
    while (jvms.size() != count) {
      if (System.currentTimeMillis() > deadline) {
        throw new AssertionError(
            String.format(Locale.ROOT, "%d executors expected, there are %s", count, jvms));
      }
      jvms = ask(new JavaSparkContext(spark.sparkContext()), count * TASKS_FOR_EACH);
    }
    return jvms;
  }

  private static Map<String, Jvm> ask(JavaSparkContext spark, int tasks) {
    return spark
        .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
        .map(task -> here())
        .collect()
        .stream()
        .map(Jvm::parse)
        .collect(Collectors.toMap(Jvm::executor, Function.identity(), (a, b) -> b, TreeMap::new));
  }

  private static String here() throws InterruptedException {
    // Long enough that no executor takes all tasks.
    Thread.sleep(20);
    return String.join(
        " ",
        SparkEnv.get().executorId(),
        String.valueOf(ProcessHandle.current().pid()),
        String.valueOf(ExecutorModels.loads()));
  }
}
