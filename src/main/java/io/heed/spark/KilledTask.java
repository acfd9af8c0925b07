package io.heed.spark;

import java.util.Iterator;
import org.apache.spark.InterruptibleIterator;
import org.apache.spark.TaskContext;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark's killing of a task means to its rows. */
final class KilledTask {
  private KilledTask() {}

  /** Ends a task that Spark has killed at its next row; else it would compute to its end. */
  static <T> Iterator<T> endsAtNextOf(Iterator<T> rows) {
    return CollectionConverters.asJava(
        new InterruptibleIterator<>(TaskContext.get(), CollectionConverters.asScala(rows)));
  }
}
