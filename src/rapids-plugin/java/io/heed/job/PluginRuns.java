package io.heed.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.embed.EmbedJob;
import io.heed.embed.UncheckedIds;
import io.heed.job.JobHarness.Ended;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Runs of the job in a session with the plugin, inside an application of spark-submit, whose class
 * loader the plugin needs: reads lists of arguments from one file, and writes what came of each
 * into another. An argument {@code KEY=VALUE} is of the session.
 */
public final class PluginRuns {
  /** Before a model, a table of ids that is not counted, and a place to write to. */
  static final String UNCHECKED = "unchecked";

  private PluginRuns() {}

  /** What came of a run. */
  record Came(int exit, String err, List<String> plans) {}

  public static void main(String... files) throws Exception {
    ObjectMapper json = new ObjectMapper();
    SparkSession spark = SparkSession.builder().getOrCreate();
    String[][] runs = json.readValue(new File(files[0]), String[][].class);
    List<Came> came = new ArrayList<>();
    for (String[] arguments : runs) {
      came.add(arguments[0].equals(UNCHECKED) ? write(spark, arguments) : run(spark, arguments));
    }
    json.writeValue(new File(files[1]), came);
    spark.stop();
  }

  private static Came write(SparkSession spark, String... arguments) throws Exception {
    String told = "";
    try {
      UncheckedIds.write(spark, arguments[1], arguments[2], arguments[3]);
    } catch (Exception e) { // Spark throws checked exceptions without declaring them.
      told = e.toString();
    }
    spark.sparkContext().listenerBus().waitUntilEmpty();
    return new Came(0, told, PlanKeeper.take());
  }

  private static Came run(SparkSession spark, String... arguments) throws Exception {
    List<String> options = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("spark.")) {
        spark.conf().set(argument.split("=")[0], argument.split("=")[1]);
      } else {
        options.add(argument);
      }
    }
    Ended ended = JobHarness.run(new EmbedJob(), options.toArray(String[]::new));
    spark.sparkContext().listenerBus().waitUntilEmpty();
    return new Came(ended.exit().code(), ended.err(), PlanKeeper.take());
  }
}
