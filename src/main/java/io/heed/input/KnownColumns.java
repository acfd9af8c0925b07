package io.heed.input;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;

/** What the beginning of the input says about its columns. */
interface KnownColumns {
  /** The type of a column, or empty when the input does not have it. */
  Optional<DataType> type(String column);

  /** The type in which a column goes through, where more lines are looked at for it. */
  default Optional<DataType> keptType(String column) {
    return type(column);
  }

  /**
   * What to say of a column that is not there, such as {@code the header of a.csv has id, body}.
   */
  String columnsFound();

  /**
   * The wanted columns of Parquet files.
   *
   * @param names all columns of a file, asked for where one is missing
   */
  static KnownColumns ofParquet(
      Map<String, DataType> types, Supplier<? extends Collection<String>> names) {
    return of(types, () -> "the Parquet schema has " + shown(names.get().stream()));
  }

  /** Columns that are all known. */
  static KnownColumns of(Map<String, DataType> types, String columnsFound) {
    return of(types, () -> columnsFound);
  }

  private static KnownColumns of(Map<String, DataType> types, Supplier<String> columnsFound) {
    Map<String, DataType> copy = Map.copyOf(types);
    return new KnownColumns() {
      @Override
      public Optional<DataType> type(String column) {
        return Optional.ofNullable(copy.get(column));
      }

      @Override
      public String columnsFound() {
        return columnsFound.get();
      }
    };
  }

  /** The first of many names. */
  static String shown(Stream<String> all) {
    int most = 40;
    List<String> names = all.toList();
    String first = String.join(", ", names.stream().limit(most).toList());
    return names.size() > most
        ? first + String.format(Locale.ROOT, ", … (%d)", names.size())
        : first;
  }
}
