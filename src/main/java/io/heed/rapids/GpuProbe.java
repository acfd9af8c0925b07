package io.heed.rapids;

import io.heed.gpu.GpuEmbedder;
import io.heed.spark.executor.ExecutorModels;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockManagerId;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/** Asks executors whether their GPUs can be used, before a run counts on it. */
final class GpuProbe {
  private GpuProbe() {}

  /**
   * What one of the executors that are there has against it, or empty: a short task on each that is
   * free.
   */
  static Optional<String> fault(SparkSession spark) {
    List<Tuple2<Object, Seq<String>>> tasks =
        executors().stream()
            .map(executor -> new Tuple2<Object, Seq<String>>(0, sequence(List.of(executor))))
            .toList();
    return spark
        .sparkContext()
        .makeRDD(sequence(tasks), ClassTag.Int())
        .toJavaRDD()
        .map(task -> here())
        .collect()
        .stream()
        .filter(fault -> !fault.isEmpty())
        .findFirst();
  }

  /**
   * The places of tasks, as Spark's scheduler names that of what an executor holds. It waits for
   * one that is busy as long as {@code spark.locality.wait} says, and then takes another.
   */
  private static List<String> executors() {
    Collection<BlockManagerId> all =
        CollectionConverters.asJava(
                SparkEnv.get().blockManager().master().getMemoryStatus().keySet())
            .stream()
            .toList();
    // In local mode the driver is the executor.
    return all.stream()
        .filter(of -> !of.isDriver() || all.size() == 1)
        .map(of -> String.format(Locale.ROOT, "executor_%s_%s", of.host(), of.executorId()))
        .toList();
  }

  private static <T> Seq<T> sequence(List<T> values) {
    return CollectionConverters.asScala(values).toSeq();
  }

  /** Empty where all is well. */
  private static String here() {
    ResourceInformation gpus = TaskContext.get().resourcesJMap().get("gpu");
    return GpuEmbedder.deviceFault(gpus == null ? List.of() : ordinals(gpus.addresses()))
        .map(why -> String.format(Locale.ROOT, "%s: %s", ExecutorModels.executor(), why))
        .orElse("");
  }

  /**
   * The GPUs that Spark gives to a task, by the driver's numbers, for which the plugin takes them.
   */
  static List<Integer> ordinals(String... addresses) {
    return Arrays.stream(addresses)
        .filter(address -> address.matches("\\d{1,4}"))
        .map(Integer::valueOf)
        .toList();
  }
}
