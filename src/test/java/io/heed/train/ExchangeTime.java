package io.heed.train;

import io.heed.LocalSpark;
import io.heed.spark.executor.ExecutorJvms;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.sql.SparkSession;

/**
 * Prints how long a step's exchange takes: all slices to their owners, summed there, and back.
 * After {@code mvn test-compile}, with the class path of the tests and what {@code
 * spark.jvm.modules} of the pom has:
 *
 * <pre>{@code
 * SPARK_HOME=target/spark SPARK_SCALA_VERSION=2.13 java -Xmx1g $MODULES -cp $CLASSPATH \
 *     io.heed.train.ExchangeTime 2 10900000 [SETTING=VALUE ...]
 * }</pre>
 */
final class ExchangeTime {
  private static final int WARM_UP = 5;
  private static final int STEPS = 5;

  private ExchangeTime() {}

  public static void main(String[] args) {
    int executors = Integer.parseInt(args[0]);
    int values = Integer.parseInt(args[1]);
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    for (String setting : Arrays.asList(args).subList(2, args.length)) {
      String[] parts = setting.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    String master = String.format(Locale.ROOT, "local-cluster[%d,1,1024]", executors);
    SparkSession spark = LocalSpark.with(master, settings);
    ExecutorJvms.ask(spark, executors);
    BarrierStage.run(spark, executors, context -> millis(context, values))
        .forEach(System.out::println);
    spark.stop();
  }

  private static String millis(BarrierTaskContext context, int values) {
    try (TransportExchange exchange = TransportExchange.join(context, "time", 0)) {
      float[] own = ExchangeSteps.values(exchange.rank(), 0, values);
      double[] millis = new double[STEPS];
      for (int step = 0; step < WARM_UP + STEPS; step++) {
        exchange.gather(step + "/begin", 0);
        long begin = System.nanoTime();
        ExchangeSteps.sum(exchange, step, own);
        double took = (System.nanoTime() - begin) / 1e6;
        exchange.gather(step + "/end", 0);
        exchange.remove(step - 1 + "/");
        millis[Math.max(0, step - WARM_UP)] = took;
      }
      exchange.finish();
      Arrays.sort(millis);
      return String.format(
          Locale.ROOT,
          "task %d: median %.0f ms (%.0f to %.0f)",
          exchange.rank(),
          millis[STEPS / 2],
          millis[0],
          millis[STEPS - 1]);
    }
  }
}
