package io.heed.input;

import java.util.Locale;
import org.apache.spark.sql.types.DataType;

/** A value is not of its column's type. It costs no stack trace. */
final class WrongTypeException extends Exception {
  private static final int SHOWN_CHARACTERS = 60;

  private WrongTypeException(String message) {
    super(message, null, false, false);
  }

  static WrongTypeException of(Object value, DataType type) {
    return of(value, type.catalogString());
  }

  static WrongTypeException of(Object value, String type) {
    return new WrongTypeException(
        String.format(Locale.ROOT, "%s is not of type %s", shown(value), type));
  }

  /** Of an id that its type would round. */
  static WrongTypeException rounded(String id, DataType type) {
    return new WrongTypeException(
        String.format(
            Locale.ROOT,
            "%s has more digits than a %s holds; --input-schema can declare the id as string",
            shown(id),
            type.catalogString()));
  }

  /** Of a value inside another, whose type it breaks. */
  static WrongTypeException at(String place, Object value, String type) {
    return new WrongTypeException(
        String.format(Locale.ROOT, "%s, %s, is not of type %s", place, shown(value), type));
  }

  /** Of a number inside another value that becomes no finite float32. */
  static WrongTypeException notFinite(String place, Object value) {
    return new WrongTypeException(
        String.format(Locale.ROOT, "%s, %s, is not a finite float32", place, shown(value)));
  }

  /** Of a value inside another that is no finite number. */
  static WrongTypeException notNumber(String place, Object value) {
    return new WrongTypeException(
        String.format(Locale.ROOT, "%s, %s, is not a finite number", place, shown(value)));
  }

  static WrongTypeException tooLong(int size, int most) {
    return new WrongTypeException(
        String.format(
            Locale.ROOT, "a vector of %d values is longer than the %d that are read", size, most));
  }

  /** An id that would be another one in another time zone. */
  static WrongTypeException ofZone(String text, DataType type) {
    return new WrongTypeException(
        String.format(
            Locale.ROOT,
            "the id %s, as a %s, would depend on the session's time zone: a timestamp needs an offset, a"
                + " timestamp_ntz none",
            shown(text),
            type.catalogString()));
  }

  /** An id, unless it is a number that names no row. */
  static Object requireId(Object value) throws WrongTypeException {
    boolean isFraction = value instanceof Double || value instanceof Float;
    if (isFraction && !Double.isFinite(((Number) value).doubleValue())) {
      throw new WrongTypeException(
          String.format(Locale.ROOT, "%s is no id, which has to be finite", value));
    }
    return value;
  }

  /** The same of a type that nobody declared. */
  WrongTypeException ofFoundType() {
    return new WrongTypeException(
        getMessage() + ", the type of the first lines; --input-schema declares another");
  }

  private static String shown(Object value) {
    String text = String.valueOf(value);
    return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
  }
}
