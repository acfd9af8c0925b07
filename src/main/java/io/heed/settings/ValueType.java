package io.heed.settings;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/**
 * How the value of a setting is written.
 *
 * @param values the class of a value
 * @param label what the help text shows for the value, such as {@code N}
 * @param rule what a value must be, ending the sentence "… is not"
 * @param parser text to value; throws {@link IllegalArgumentException} where the rule is broken
 */
public record ValueType<T>(Class<?> values, String label, String rule, Function<String, T> parser) {

  /** Any text. */
  public static ValueType<String> text(String label) {
    return new ValueType<>(String.class, label, "a text", Function.identity());
  }

  /** Column names separated by commas. */
  public static ValueType<List<String>> names(String label) {
    return new ValueType<>(
        List.class, label, "a list of names separated by commas", ValueType::parseNames);
  }

  /** Column names with their types, as Spark SQL writes them. */
  public static ValueType<StructType> columns() {
    return new ValueType<>(
        StructType.class,
        "DDL",
        "a list of columns with types, such as 'id BIGINT'",
        ValueType::parseColumns);
  }

  /** {@code true} or {@code false}. */
  public static ValueType<Boolean> truth() {
    return new ValueType<>(Boolean.class, "true|false", "true or false", ValueType::parseTruth);
  }

  /** A whole number in a closed range. */
  public static ValueType<Integer> integer(int min, int max) {
    return new ValueType<>(
        Integer.class, "N", wholeRule(min, max), text -> (int) whole(text, min, max));
  }

  /** A whole number in a closed range, of up to 64 bits. */
  public static ValueType<Long> longInteger(long min, long max) {
    return new ValueType<>(Long.class, "N", wholeRule(min, max), text -> whole(text, min, max));
  }

  /** Whole numbers separated by commas. */
  public static ValueType<List<Integer>> integers(String label) {
    return new ValueType<>(
        List.class,
        label,
        "a list of whole numbers separated by commas, such as 1,-1",
        text ->
            Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(number -> (int) whole(number, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .toList());
  }

  /** A number of bytes, with an optional unit k, m or g in powers of 1024. */
  public static ValueType<ByteSize> bytes(long min) {
    String rule =
        String.format(Locale.ROOT, "a size from %d to %d bytes, such as 8m", min, Long.MAX_VALUE);
    return new ValueType<>(
        ByteSize.class,
        "BYTES",
        rule,
        text -> {
          BigInteger bytes = ByteSize.bytes(text);
          return new ByteSize(inRange(bytes, text, min, Long.MAX_VALUE, rule));
        });
  }

  /** A finite number above 0. */
  public static ValueType<Double> positive() {
    return new ValueType<>(Double.class, "X", "a number above 0", ValueType::parsePositive);
  }

  /** A number in a closed range. */
  public static ValueType<Double> fraction() {
    return new ValueType<>(
        Double.class, "FRACTION", "a number from 0 to 1", ValueType::parseFraction);
  }

  /** A number above 0 and at most 1. */
  public static ValueType<Double> share() {
    return new ValueType<>(
        Double.class,
        "P",
        "a number above 0 and at most 1",
        text -> {
          double value = parsePositive(text);
          if (value > 1) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  /** A number of at least 0 and below 1. */
  public static ValueType<Double> belowOne() {
    return new ValueType<>(
        Double.class,
        "RATE",
        "a number from 0 to below 1",
        text -> {
          double value = parseFraction(text);
          if (value == 1) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  /** Zero, or a number in a closed range; the label is one letter. */
  public static ValueType<Double> zeroOr(String label, double min, int max) {
    return new ValueType<>(
        Double.class,
        label,
        String.format(Locale.ROOT, "0 or a number from %s to %d", min, max),
        text -> {
          double value = Double.parseDouble(text.strip());
          if (value != 0 && !(value >= min && value <= max)) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  /** A text as it is, or several in a JSON array. */
  public static ValueType<Texts> texts() {
    return new ValueType<>(
        Texts.class,
        "TEXT",
        "a text, or, as one that begins with [ has to be, a JSON array of texts such as [\"[END]\"]",
        Texts::parse);
  }

  /** One of an enum's names in lower case, words apart by dashes. */
  public static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
    String names = names(type);
    return new ValueType<>(
        type, names, "one of " + names.replace("|", ", "), text -> constant(type, text));
  }

  /** Several of an enum's names separated by commas, none twice. */
  public static <E extends Enum<E>> ValueType<List<E>> choices(Class<E> type) {
    String names = names(type);
    return new ValueType<>(
        List.class,
        names + "[,...]",
        String.format(Locale.ROOT, "one of %s, or several of them", names.replace("|", ", ")),
        text -> parseNames(text).stream().map(name -> constant(type, name)).toList());
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(ValueType::name)
        .collect(Collectors.joining("|"));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** How a value is written, so that the same text can be given as a setting. */
  public static String write(Object value) {
    if (value instanceof Enum<?> constant) {
      return name(constant);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ValueType::write).collect(Collectors.joining(","));
    }
    return value instanceof StructType columns ? columns.toDDL() : String.valueOf(value);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> parseNames(String text) {
    List<String> names = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (names.stream().anyMatch(String::isEmpty)
        || names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(text);
    }
    return names;
  }

  private static StructType parseColumns(String text) {
    try {
      return StructType.fromDDL(text);
    } catch (Exception e) { // Scala's checked exceptions are not declared.
      throw new IllegalArgumentException(text, e);
    }
  }

  private static Boolean parseTruth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static double parseFraction(String text) {
    double value = Double.parseDouble(text.strip());
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static double parsePositive(String text) {
    double value = Double.parseDouble(text.strip());
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static String wholeRule(long min, long max) {
    return String.format(Locale.ROOT, "a whole number from %d to %d", min, max);
  }

  private static long whole(String text, long min, long max) {
    return inRange(new BigInteger(text.strip()), text, min, max, wholeRule(min, max));
  }

  private static long inRange(BigInteger value, String text, long min, long max, String rule) {
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw new OutOfRangeException(text, rule);
    }
    return value.longValue();
  }
}
