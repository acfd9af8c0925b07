package io.heed.settings;

import java.util.Locale;

/** A number is one, but too small or too large. */
final class OutOfRangeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /**
   * A number outside of its range.
   *
   * @param text the number as it was given
   * @param rule what was expected, with both limits
   */
  OutOfRangeException(String text, String rule) {
    super(String.format(Locale.ROOT, "'%s' is not in range; expected %s", text, rule));
  }
}
