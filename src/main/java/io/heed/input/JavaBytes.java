package io.heed.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;

/**
 * Ways for objects of this program between JVMs, whatever {@code spark.serializer} is. Values of
 * RDDs, broadcasts and results of tasks go by the serializer of the session, and Kryo takes no Java
 * record, no immutable list and, with {@code spark.kryo.registrationRequired}, no class that it was
 * not told of: only numbers, texts and arrays of numbers may be left to it. Closures and
 * accumulators always go by Java's serialization.
 */
final class JavaBytes {
  private JavaBytes() {}

  /** The object as bytes, which every serializer takes. */
  static byte[] of(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The object of bytes that this program has written. */
  static <T> T read(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@link JavaRDD#repartition}, in whose shuffle the rows go by Java's serialization. */
  static <T> JavaRDD<T> repartitioned(JavaRDD<T> rows, int tasks) {
    JavaRDD<T> parts = rows.repartition(tasks);
    SparkConf conf = rows.context().getConf();
    RDD<?> rdd = parts.rdd();
    while (!(rdd instanceof ShuffledRDD<?, ?, ?> shuffled)) {
      rdd = rdd.dependencies().head().rdd();
    }
    shuffled.setSerializer(new JavaSerializer(conf));
    return parts;
  }
}
