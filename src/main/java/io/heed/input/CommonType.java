package io.heed.input;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/** The type of a column over all files, whatever their order. */
final class CommonType {
  private final String column;

  /** The types seen so far, each with the first file that has it. */
  private final Map<DataType, String> seen = new LinkedHashMap<>();

  /** Those of them that no other type can hold, with such a file. */
  private final Map<DataType, String> rigid = new LinkedHashMap<>();

  private DataType type;

  /** Of a column by its name. */
  CommonType(String column) {
    this.column = column;
  }

  /**
   * Takes a file in, if it has the column.
   *
   * @throws InputException when the file's type cannot be read, or not as one with those before
   */
  void add(ParquetFooter footer) {
    FooterColumn found = footer.columns().get(column);
    if (found == null) {
      return;
    }
    if (found.fault() != null) {
      throw new InputException(
          String.format(Locale.ROOT, "cannot read %s: %s", footer.path(), found.fault()));
    }
    DataType other = found.type();
    if (seen.putIfAbsent(other, footer.path()) == null) {
      type = type == null ? other : WidestType.of(type, other).orElseThrow(() -> apart(footer));
    }
    if (found.isUnsigned()) {
      rigid.putIfAbsent(other, footer.path());
    }
    requireKept();
  }

  private void requireKept() {
    for (Map.Entry<DataType, String> narrow : rigid.entrySet()) {
      for (Map.Entry<DataType, String> wide : seen.entrySet()) {
        if (!narrow.getKey().equals(type) && !narrow.getKey().equals(wide.getKey())) {
          throw apart(narrow.getKey(), narrow.getValue(), wide.getKey(), wide.getValue());
        }
      }
    }
  }

  /** Empty when no file has the column. */
  Optional<DataType> type() {
    return Optional.ofNullable(type);
  }

  private InputException apart(ParquetFooter footer) {
    DataType other = footer.columns().get(column).type();
    for (Map.Entry<DataType, String> before : seen.entrySet()) {
      if (WidestType.of(before.getKey(), other).isEmpty()) {
        return apart(before.getKey(), before.getValue(), other, footer.path());
      }
    }
    return apart(type, seen.values().iterator().next(), other, footer.path());
  }

  private InputException apart(DataType one, String file, DataType other, String otherFile) {
    return new InputException(
        String.format(
            Locale.ROOT,
            "column %s is of type %s in %s, but of type %s in %s, and no type that both can be read"
                + " as holds their values: write the files in one type",
            column,
            one.catalogString(),
            file,
            other.catalogString(),
            otherFile));
  }
}
