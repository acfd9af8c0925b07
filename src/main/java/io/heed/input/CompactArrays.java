package io.heed.input;

import java.util.function.ObjIntConsumer;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import scala.collection.Iterable;
import scala.collection.Iterator;
import scala.collection.immutable.ArraySeq;

/**
 * Spark's rows hold an object for each number of an array, five times the memory of a float. While
 * rows wait for the others of their batch, the same sequences stand over Java's arrays instead.
 */
final class CompactArrays {
  private CompactArrays() {}

  /**
   * A value of a Spark row, equal to the one given: arrays of numbers, at any depth, without an
   * object for each. Arrays that hold nulls stay as they are.
   */
  static Object of(Object value, DataType type) {
    if (!(type instanceof ArrayType array) || !(value instanceof Iterable<?> elements)) {
      return value;
    }
    DataType element = array.elementType();
    if (element instanceof ArrayType) {
      Object[] inner = new Object[elements.size()];
      fill(elements, (item, i) -> inner[i] = of(item, element));
      return ArraySeq.unsafeWrapArray(inner);
    }
    if (holdsNull(elements)) {
      return value;
    }
    int size = elements.size();
    if (element instanceof FloatType) {
      float[] numbers = new float[size];
      fill(elements, (item, i) -> numbers[i] = (Float) item);
      return ArraySeq.unsafeWrapArray(numbers);
    }
    if (element instanceof DoubleType) {
      double[] numbers = new double[size];
      fill(elements, (item, i) -> numbers[i] = (Double) item);
      return ArraySeq.unsafeWrapArray(numbers);
    }
    if (element instanceof IntegerType) {
      int[] numbers = new int[size];
      fill(elements, (item, i) -> numbers[i] = (Integer) item);
      return ArraySeq.unsafeWrapArray(numbers);
    }
    if (element instanceof LongType) {
      long[] numbers = new long[size];
      fill(elements, (item, i) -> numbers[i] = (Long) item);
      return ArraySeq.unsafeWrapArray(numbers);
    }
    return value;
  }

  private static boolean holdsNull(Iterable<?> elements) {
    Iterator<?> items = elements.iterator();
    while (items.hasNext()) {
      if (items.next() == null) {
        return true;
      }
    }
    return false;
  }

  private static void fill(Iterable<?> elements, ObjIntConsumer<Object> consumer) {
    Iterator<?> items = elements.iterator();
    for (int i = 0; items.hasNext(); i++) {
      consumer.accept(items.next(), i);
    }
  }
}
