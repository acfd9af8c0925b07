package io.heed.rapids;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import org.apache.spark.sql.execution.SparkPlan;
import scala.jdk.javaapi.CollectionConverters;

/** What a session says of the RAPIDS plugin. Loads no class of NVIDIA's but to see that it can. */
final class RapidsSession {
  private static final String PLUGIN = "com.nvidia.spark.SQLPlugin";
  private static final String EXTENSION = "com.nvidia.spark.rapids.SQLExecPlugin";
  private static final String FUNCTION = "com.nvidia.spark.RapidsUDF";
  private static final String ENABLED = "spark.rapids.sql.enabled";

  /** The plugin's function in a plan. */
  private static final String ON_GPU = "org.apache.spark.sql.rapids.GpuScalaUDF";

  /**
   * What a session has where its user says nothing else. By the plugin's own 1 GB a batch is
   * millions of rows, of which vectors take several times as much. And that rows which cores make
   * tokens of are not on the GPU is as it has to be, and no warning.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.rapids.sql.batchSizeBytes", "64m",
          "spark.rapids.sql.reader.batchSizeBytes", "64m",
          "spark.rapids.sql.explain", "NONE");

  private RapidsSession() {}

  /** Why the session has no plugin that computes on GPUs, or empty. */
  static Optional<String> fault(SparkSession spark) {
    SparkConf conf = spark.sparkContext().getConf();
    boolean isNamed =
        names(conf.get("spark.plugins", ""), PLUGIN)
            || names(conf.get("spark.sql.extensions", ""), EXTENSION);
    if (!isNamed) {
      return Optional.of("spark.plugins does not name " + PLUGIN);
    }
    if (spark.conf().get(ENABLED, "true").equalsIgnoreCase("false")) {
      return Optional.of(ENABLED + " is false");
    }
    return isLoadable()
        ? Optional.empty()
        : Optional.of(
            FUNCTION
                + " cannot be loaded; the plugin's jar belongs on spark.driver.extraClassPath and"
                + " spark.executor.extraClassPath");
  }

  private static boolean names(String list, String name) {
    return Arrays.stream(list.split(",")).map(String::strip).anyMatch(name::equals);
  }

  private static boolean isLoadable() {
    try {
      Class.forName(FUNCTION, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Sets what the plugin has to know before it plans. */
  static void prepare(SparkSession spark) {
    SETTINGS.forEach(
        (key, value) -> {
          if (spark.conf().getOption(key).isEmpty()) {
            spark.conf().set(key, value);
          }
        });
  }

  /** Why the plan of a table does not compute the function on a GPU, or empty. */
  static Optional<String> fault(Dataset<Row> table) {
    SparkPlan plan = table.queryExecution().executedPlan();
    return isOnGpu(plan)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the plugin leaves rows of %s on the CPU; spark.rapids.sql.explain=NOT_ON_GPU logs why",
                table.schema().simpleString()));
  }

  private static boolean isOnGpu(QueryPlan<?> plan) {
    return CollectionConverters.asJava(plan.expressions()).stream()
            .anyMatch(RapidsSession::isFunction)
        || CollectionConverters.asJava(plan.children()).stream()
            .anyMatch(child -> isOnGpu((QueryPlan<?>) child));
  }

  private static boolean isFunction(Expression expression) {
    return expression.getClass().getName().equals(ON_GPU)
        || CollectionConverters.asJava(expression.children()).stream()
            .anyMatch(RapidsSession::isFunction);
  }
}
