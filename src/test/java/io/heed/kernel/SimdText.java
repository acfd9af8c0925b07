package io.heed.kernel;

import java.util.Locale;

/**
 * The text of a class of vector code, laid out as the formatter does, with the casts of {@link
 * SimdLanes}.
 */
final class SimdText {
  private static final int LINE_LENGTH = 100;

  private final StringBuilder text = new StringBuilder();

  /** Lines as they stand. */
  void lines(String written) {
    text.append(written);
  }

  void line(int depth, String format, Object... values) {
    text.append("  ".repeat(depth)).append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /**
   * Gives a variable a vector of floats.
   *
   * @param target its name, behind its type where this is its first value
   */
  void floats(int depth, String target, String vector) {
    set(depth, target, "FloatVector", "FLOAT_VECTOR", vector);
  }

  /** Gives a variable a vector of ints. */
  void ints(int depth, String target, String vector) {
    set(depth, target, "IntVector", "INT_VECTOR", vector);
  }

  /** A vector of floats, as an expression of its own class. */
  static String cast(String vector) {
    return "(FloatVector) FLOAT_VECTOR.cast(%s)".formatted(vector);
  }

  /** Breaks a statement at the highest level that makes its parts fit: after =, cast, bracket. */
  private void set(int depth, String target, String type, String species, String vector) {
    String call = species + ".cast(" + vector + ");";
    String value = "(" + type + ") " + call;
    if (fits(depth, target + " = " + value)) {
      line(depth, "%s = %s", target, value);
      return;
    }
    line(depth, "%s =", target);
    if (fits(depth + 2, value)) {
      line(depth + 2, "%s", value);
      return;
    }
    line(depth + 2, "(%s)", type);
    if (fits(depth + 4, call)) {
      line(depth + 4, "%s", call);
      return;
    }
    line(depth + 4, "%s.cast(", species);
    line(depth + 6, "%s);", vector);
  }

  private static boolean fits(int depth, String line) {
    return 2 * depth + line.length() <= LINE_LENGTH;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
