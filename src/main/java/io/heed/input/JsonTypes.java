package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * The type of a column from its values in the first lines: {@code bigint}, {@code decimal(38,0)}
 * where integers are longer, {@code double}, {@code boolean}, {@code string}, arrays of these. An
 * object, and an array that mixes types or holds objects, is a {@code string}: its JSON text, so
 * that no key is lost which the first lines do not have. Nulls have no say.
 *
 * <p>Where lines disagree, the type of most lines holds, of equals the first: one wrong row does
 * not change the type of a column.
 */
final class JsonTypes {
  private static final DecimalType LONG_INTEGER = DataTypes.createDecimalType(38, 0);

  /** A type and the lines that have it, or a narrower one. */
  private static final class Tally {
    private DataType type;
    private int lines = 1;

    Tally(DataType type) {
      this.type = type;
    }
  }

  private final List<Tally> tallies = new ArrayList<>();

  /** The same counts, to go on with. */
  JsonTypes copy() {
    JsonTypes copy = new JsonTypes();
    for (Tally tally : tallies) {
      Tally same = new Tally(tally.type);
      same.lines = tally.lines;
      copy.tallies.add(same);
    }
    return copy;
  }

  /** Counts the value of one line. */
  void add(JsonNode value) {
    DataType type = of(value);
    if (type.equals(DataTypes.NullType)) {
      return;
    }
    for (Tally tally : tallies) {
      Optional<DataType> both = merge(tally.type, type);
      if (both.isPresent()) {
        tally.type = both.get();
        tally.lines++;
        return;
      }
    }
    tallies.add(new Tally(type));
  }

  /** The type of most lines; a string when there was none. */
  DataType type() {
    DataType most = DataTypes.StringType;
    int lines = 0;
    for (Tally tally : tallies) {
      if (tally.lines > lines) {
        most = tally.type;
        lines = tally.lines;
      }
    }
    return withoutNulls(most);
  }

  private static DataType withoutNulls(DataType type) {
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(withoutNulls(array.elementType()));
    }
    return type.equals(DataTypes.NullType) ? DataTypes.StringType : type;
  }

  private static DataType of(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> DataTypes.NullType;
      case BOOLEAN -> DataTypes.BooleanType;
      case NUMBER -> ofNumber(value);
      case ARRAY -> ofArray(value);
      default -> DataTypes.StringType;
    };
  }

  private static DataType ofNumber(JsonNode value) {
    if (!value.isIntegralNumber()) {
      return DataTypes.DoubleType;
    }
    if (value.canConvertToLong()) {
      return DataTypes.LongType;
    }
    return value.decimalValue().precision() <= LONG_INTEGER.precision()
        ? LONG_INTEGER
        : DataTypes.DoubleType;
  }

  private static DataType ofArray(JsonNode array) {
    DataType element = DataTypes.NullType;
    for (JsonNode value : array) {
      Optional<DataType> both = value.isObject() ? Optional.empty() : merge(element, of(value));
      if (both.isEmpty()) {
        return DataTypes.StringType;
      }
      element = both.get();
    }
    return DataTypes.createArrayType(element);
  }

  private static Optional<DataType> merge(DataType a, DataType b) {
    if (a.equals(b) || b.equals(DataTypes.NullType)) {
      return Optional.of(a);
    }
    if (a.equals(DataTypes.NullType)) {
      return Optional.of(b);
    }
    if (a instanceof ArrayType left && b instanceof ArrayType right) {
      return merge(left.elementType(), right.elementType()).map(DataTypes::createArrayType);
    }
    int width = Math.max(numberWidth(a), numberWidth(b));
    boolean numbers = numberWidth(a) > 0 && numberWidth(b) > 0;
    if (!numbers) {
      return Optional.empty();
    }
    return Optional.of(width == numberWidth(a) ? a : b);
  }

  private static int numberWidth(DataType type) {
    if (type.equals(DataTypes.LongType)) {
      return 1;
    }
    if (type.equals(LONG_INTEGER)) {
      return 2;
    }
    return type.equals(DataTypes.DoubleType) ? 3 : 0;
  }
}
