package io.heed.train;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Runs a function in all tasks of a barrier stage. */
final class BarrierStage {
  interface Body extends Serializable {
    String run(BarrierTaskContext context) throws Exception;
  }

  private static final class Tasks extends AbstractFunction1<Iterator<Integer>, Iterator<String>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final Body body;

    Tasks(Body body) {
      this.body = body;
    }

    @Override
    public Iterator<String> apply(Iterator<Integer> none) {
      try {
        String answer = body.run(BarrierTaskContext.get());
        return CollectionConverters.asScala(List.of(answer).iterator());
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private BarrierStage() {}

  /** What the tasks answer, by rank. */
  static List<String> run(SparkSession spark, int tasks, Body body) {
    return new JavaSparkContext(spark.sparkContext())
        .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
        .rdd()
        .barrier()
        .mapPartitions(new Tasks(body), false, ClassTag$.MODULE$.<String>apply(String.class))
        .toJavaRDD()
        .collect();
  }
}
