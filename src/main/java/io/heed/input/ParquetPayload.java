package io.heed.input;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.collection.Iterable;
import scala.jdk.javaapi.CollectionConverters;

/** Payloads of the values of Spark rows, whose columns have types that suit. */
final class ParquetPayload extends PayloadReader<Object> {
  /** A sparse vector may claim to be of any length, whatever it holds. */
  static final int MOST_VALUES = 1 << 24;

  static final ParquetPayload READER = new ParquetPayload();

  private ParquetPayload() {}

  @Override
  String text(Object value) {
    return (String) value;
  }

  /** A vector is an array of its numbers, those included that a sparse one leaves out. */
  @Override
  boolean isArray(Object value) {
    return value instanceof Iterable<?> || value instanceof Vector;
  }

  @Override
  int size(Object array) throws WrongTypeException {
    if (array instanceof Vector vector) {
      if (vector.size() > MOST_VALUES) {
        throw WrongTypeException.tooLong(vector.size(), MOST_VALUES);
      }
      return vector.size();
    }
    return ((Iterable<?>) array).size();
  }

  @Override
  Iterator<?> elements(Object array) {
    return array instanceof Vector vector
        ? Arrays.stream(vector.toArray()).iterator()
        : CollectionConverters.asJava(((Iterable<?>) array).iterator());
  }

  @Override
  boolean isInt(Object element) {
    return element instanceof Number number && number.longValue() == number.intValue();
  }

  @Override
  int intValue(Object element) {
    return ((Number) element).intValue();
  }

  @Override
  boolean isNumber(Object element) {
    return element instanceof Number;
  }

  @Override
  float floatValue(Object element) {
    return ((Number) element).floatValue();
  }

  /** Not a number and infinity are the job's to refuse. */
  @Override
  boolean isDouble(Object value) {
    return value instanceof Number;
  }

  @Override
  Optional<Function<String, Object>> fields(Object value) {
    return value instanceof Row row ? Optional.of(row::getAs) : Optional.empty();
  }

  @Override
  double doubleValue(Object number) {
    return ((Number) number).doubleValue();
  }
}
