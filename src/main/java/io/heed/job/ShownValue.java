package io.heed.job;

import io.heed.output.DisplayText;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Values of input and output in few words: the beginning of a text in one line, the first elements
 * of an array and how many it has, of arrays in arrays their sizes and the first, numbers as short
 * as tells them apart. However large a value is, no more of it is read than is shown.
 */
final class ShownValue {
  private static final int MOST_CHARACTERS = 160;
  private static final int MOST_BYTES = 12;
  private static final MathContext DIGITS_ALONE = new MathContext(6);
  private static final MathContext DIGITS_IN_ARRAY = new MathContext(3);

  /** Elements of an array, of one in an array, and further inside. */
  private static final int[] MOST_ELEMENTS = {4, 3, 2, 1};

  /** Numbers between them are written without an exponent. */
  private static final double SMALL = 1e-4;

  private static final double LARGE = 1e9;

  private ShownValue() {}

  static String of(Object value) {
    return of(value, 0);
  }

  private static String of(Object value, int depth) {
    if (value == null) {
      return "null";
    }
    if (value instanceof String text) {
      return text(text);
    }
    if (value instanceof Float || value instanceof Double) {
      return number((Number) value, depth == 0 ? DIGITS_ALONE : DIGITS_IN_ARRAY);
    }
    if (value instanceof byte[] bytes) {
      String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MOST_BYTES));
      return "0x" + hex + (bytes.length > MOST_BYTES ? DisplayText.MORE : "");
    }
    if (value instanceof Vector vector) {
      int shown = Math.min(vector.size(), most(depth));
      List<Object> first = IntStream.range(0, shown).<Object>mapToObj(vector::apply).toList();
      return "["
          + elements(CollectionConverters.asScala(first.iterator()), vector.size(), depth)
          + "]";
    }
    if (value.getClass().isArray()) {
      return array(value, depth);
    }
    if (value instanceof Row row) {
      return "{" + elements(row.toSeq().iterator(), row.size(), depth) + "}";
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      return "{" + elements(map.iterator(), map.size(), depth) + "}";
    }
    if (value instanceof scala.collection.Iterable<?> sequence) {
      return "[" + elements(sequence.iterator(), sequence.size(), depth) + "]";
    }
    return value instanceof Tuple2<?, ?> entry
        ? of(entry._1(), depth) + ": " + of(entry._2(), depth)
        : text(value.toString());
  }

  private static String text(String text) {
    if (text.length() <= MOST_CHARACTERS) {
      return DisplayText.inOneLine(text);
    }
    int end = MOST_CHARACTERS;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return DisplayText.inOneLine(text.substring(0, end)) + DisplayText.MORE;
  }

  private static String number(Number value, MathContext digits) {
    double number = value.doubleValue();
    if (!Double.isFinite(number) || number == 0) {
      return Double.toString(number).replaceFirst("\\.0$", "");
    }
    // By its text, since 0.1f is 0.10000000149 as a double.
    BigDecimal rounded = new BigDecimal(value.toString()).round(digits).stripTrailingZeros();
    double size = Math.abs(number);
    return size >= SMALL && size < LARGE
        ? rounded.toPlainString()
        : String.format(Locale.ROOT, "%." + (rounded.precision() - 1) + "e", rounded);
  }

  private static String array(Object array, int depth) {
    int size = Array.getLength(array);
    if (size > 0 && isArray(Array.get(array, 0))) {
      return sizes(array) + ": " + array(innermost(array), depth + 1);
    }
    int shown = Math.min(size, most(depth));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      texts.add(of(Array.get(array, i), depth + 1));
    }
    return "[" + joined(texts, size) + "]";
  }

  private static boolean isArray(Object value) {
    return value != null && value.getClass().isArray() && !(value instanceof byte[]);
  }

  /** Such as {@code 6x8}, of the first array at each depth. */
  private static String sizes(Object array) {
    int size = Array.getLength(array);
    Object first = size == 0 ? null : Array.get(array, 0);
    return isArray(first) ? size + "x" + sizes(first) : String.valueOf(size);
  }

  private static Object innermost(Object array) {
    Object first = Array.getLength(array) == 0 ? null : Array.get(array, 0);
    return isArray(first) ? innermost(first) : array;
  }

  private static String elements(scala.collection.Iterator<?> values, int size, int depth) {
    Iterator<?> elements = CollectionConverters.asJava(values);
    List<String> texts = new ArrayList<>();
    while (elements.hasNext() && texts.size() < most(depth)) {
      texts.add(of(elements.next(), depth + 1));
    }
    return joined(texts, size);
  }

  private static int most(int depth) {
    return MOST_ELEMENTS[Math.min(depth, MOST_ELEMENTS.length - 1)];
  }

  private static String joined(List<String> texts, int size) {
    if (texts.size() < size) {
      texts.add(DisplayText.MORE + " of " + size);
    }
    return String.join(", ", texts);
  }
}
