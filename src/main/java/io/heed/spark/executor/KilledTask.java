package io.heed.spark.executor;

import java.util.Iterator;
import org.apache.spark.InterruptibleIterator;
import org.apache.spark.TaskContext;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark's killing of a task means to its rows. */
public final class KilledTask {
  private KilledTask() {}

  /** Ends a task that Spark has killed at its next row; else it would compute to its end. */
  public static <T> Iterator<T> endsAtNextOf(Iterator<T> rows) {
    return CollectionConverters.asJava(
        new InterruptibleIterator<>(TaskContext.get(), CollectionConverters.asScala(rows)));
  }
}
