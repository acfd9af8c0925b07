package io.heed.input;

import java.math.BigDecimal;
import org.apache.spark.sql.types.DecimalType;

/** Decimals that are read to their last digit or not at all. */
final class ExactDecimal {
  /** Of a number, in JSON and CSV: the time to parse one grows with the square of its length. */
  static final int MAX_CHARACTERS = 1000;

  /** More digits after the point than a number of {@link #MAX_CHARACTERS} can write out. */
  private static final int MAX_SCALE = MAX_CHARACTERS;

  private ExactDecimal() {}

  /** The exact value at the column's scale. */
  static BigDecimal of(BigDecimal value, DecimalType type) throws WrongTypeException {
    if (value.signum() == 0) {
      return BigDecimal.ZERO.setScale(type.scale());
    }
    // Compared before any digit is written: 1e1000000000 has a billion.
    long integerDigits = (long) value.precision() - value.scale();
    if (integerDigits > type.precision() - type.scale() || value.scale() > MAX_SCALE) {
      throw WrongTypeException.of(value, type);
    }
    BigDecimal shortest = value.stripTrailingZeros();
    if (shortest.scale() > type.scale()) {
      throw WrongTypeException.of(value, type);
    }
    return shortest.setScale(type.scale());
  }
}
