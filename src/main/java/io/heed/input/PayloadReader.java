package io.heed.input;

import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns values that are not null into payloads. What is wrong with a number is told with its place
 * in the arrays, counted from 0.
 *
 * @param <V> a value of the format, an element of an array too
 */
abstract class PayloadReader<V> {
  /** The names of places, such as {@code vector 3, value 7}. */
  private static final String ELEMENT = "element %d";

  private static final String VECTOR = "vector %d";
  private static final String VECTOR_VALUE = "vector %d, value %d";
  private static final String MASK_ROW = "row %d";
  private static final String MASK_VALUE = "row %d, value %d";
  private static final String RECORD = "%s %d";
  private static final String RECORD_VALUE = "%s %d, %s";

  /**
   * The payload, of the Java class that its type names.
   *
   * @throws WrongTypeException when the value, or one in its arrays, is of another type
   */
  final Object read(V value, PayloadType type) throws WrongTypeException {
    if (type instanceof PayloadType.Records records) {
      return records(value, records);
    }
    return switch ((PayloadType.Plain) type) {
      case TEXT -> text(value);
      case TOKEN_IDS -> tokenIds(value);
      case VECTORS -> vectors(value);
      case MASK -> mask(value);
      case NUMBER -> number(value);
      case FEATURES -> features(value);
    };
  }

  abstract String text(V value) throws WrongTypeException;

  abstract boolean isArray(V value);

  abstract int size(V array) throws WrongTypeException;

  abstract Iterator<? extends V> elements(V array);

  /** Whether an element is a whole number in the range of an int. */
  abstract boolean isInt(V element);

  abstract int intValue(V element);

  abstract boolean isNumber(V element);

  /** The nearest float32 to a number, infinite where the number is too large. */
  abstract float floatValue(V element);

  /** Whether a value, which may be null, is a number that a double can hold. */
  abstract boolean isDouble(V value);

  abstract double doubleValue(V number);

  /** The value of a struct's field, null where it has none; empty where this is no struct. */
  abstract Optional<Function<String, V>> fields(V value);

  private double number(V value) throws WrongTypeException {
    if (!isDouble(value)) {
      throw WrongTypeException.of(value, PayloadType.NUMBER.description());
    }
    return doubleValue(value);
  }

  /** One number, or an array of them. */
  double[] features(V value) throws WrongTypeException {
    if (!isArray(value)) {
      if (!isDouble(value)) {
        throw WrongTypeException.of(value, PayloadType.FEATURES.description());
      }
      return new double[] {doubleValue(value)};
    }
    double[] features = new double[size(value)];
    Iterator<? extends V> elements = elements(value);
    for (int i = 0; i < features.length; i++) {
      V element = elements.next();
      if (!isDouble(element)) {
        throw WrongTypeException.notNumber(String.format(Locale.ROOT, ELEMENT, i), element);
      }
      features[i] = doubleValue(element);
    }
    return features;
  }

  private int[] tokenIds(V value) throws WrongTypeException {
    PayloadType type = PayloadType.TOKEN_IDS;
    int[] ids = new int[requireArray(value, type)];
    Iterator<? extends V> elements = elements(value);
    for (int i = 0; i < ids.length; i++) {
      V element = elements.next();
      if (!isInt(element)) {
        throw wrong(String.format(Locale.ROOT, ELEMENT, i), element, type);
      }
      ids[i] = intValue(element);
    }
    return ids;
  }

  private float[][] vectors(V value) throws WrongTypeException {
    float[][] vectors = new float[requireArray(value, PayloadType.VECTORS)][];
    Iterator<? extends V> elements = elements(value);
    for (int i = 0; i < vectors.length; i++) {
      V vector = elements.next();
      if (!isArray(vector)) {
        throw wrong(String.format(Locale.ROOT, VECTOR, i), vector, PayloadType.VECTORS);
      }
      vectors[i] = vector(i, vector);
    }
    return vectors;
  }

  private float[] vector(int index, V array) throws WrongTypeException {
    float[] vector = new float[size(array)];
    Iterator<? extends V> elements = elements(array);
    for (int i = 0; i < vector.length; i++) {
      V element = elements.next();
      if (!isNumber(element)) {
        throw wrong(
            String.format(Locale.ROOT, VECTOR_VALUE, index, i), element, PayloadType.VECTORS);
      }
      vector[i] = floatValue(element);
      if (!Float.isFinite(vector[i])) {
        throw WrongTypeException.notFinite(
            String.format(Locale.ROOT, VECTOR_VALUE, index, i), element);
      }
    }
    return vector;
  }

  private int[][] mask(V value) throws WrongTypeException {
    int[][] rows = new int[requireArray(value, PayloadType.MASK)][];
    Iterator<? extends V> elements = elements(value);
    for (int i = 0; i < rows.length; i++) {
      V row = elements.next();
      if (!isArray(row)) {
        throw wrong(String.format(Locale.ROOT, MASK_ROW, i), row, PayloadType.MASK);
      }
      rows[i] = maskRow(i, row);
    }
    return rows;
  }

  private int[] maskRow(int index, V array) throws WrongTypeException {
    int[] row = new int[size(array)];
    Iterator<? extends V> elements = elements(array);
    for (int i = 0; i < row.length; i++) {
      V element = elements.next();
      if (!isInt(element)) {
        throw wrong(String.format(Locale.ROOT, MASK_VALUE, index, i), element, PayloadType.MASK);
      }
      row[i] = intValue(element);
    }
    return row;
  }

  private double[][] records(V value, PayloadType.Records type) throws WrongTypeException {
    double[][] records = new double[requireArray(value, type)][];
    Iterator<? extends V> elements = elements(value);
    for (int i = 0; i < records.length; i++) {
      V element = elements.next();
      Optional<Function<String, V>> fields = fields(element);
      if (fields.isEmpty()) {
        throw wrong(String.format(Locale.ROOT, RECORD, type.noun(), i), element, type);
      }
      records[i] = numbers(i, fields.get(), type);
    }
    return records;
  }

  private double[] numbers(int index, Function<String, V> values, PayloadType.Records type)
      throws WrongTypeException {
    double[] numbers = new double[type.fields().size()];
    for (int i = 0; i < numbers.length; i++) {
      String field = type.fields().get(i);
      V value = values.apply(field);
      if (!isDouble(value)) {
        throw WrongTypeException.at(
            String.format(Locale.ROOT, RECORD_VALUE, type.noun(), index, field), value, "number");
      }
      numbers[i] = doubleValue(value);
    }
    return numbers;
  }

  private int requireArray(V value, PayloadType type) throws WrongTypeException {
    if (!isArray(value)) {
      throw WrongTypeException.of(value, type.description());
    }
    return size(value);
  }

  private WrongTypeException wrong(String place, V element, PayloadType type) {
    return WrongTypeException.at(place, element, type.description());
  }
}
