package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What the beginning of the input says about its columns. */
interface KnownColumns {

  /** JSON lines that are looked at. */
  int SAMPLED_LINES = 1000;

  /** The type of a column, or empty when the input does not have it. */
  Optional<DataType> type(String column);

  /**
   * What to say of a column that is not there, such as {@code the header of a.csv has id, body}.
   */
  String columnsFound();

  /** The columns of a Parquet schema. */
  static KnownColumns ofSchema(StructType schema) {
    Map<String, DataType> types = new HashMap<>();
    for (StructField field : schema.fields()) {
      types.put(field.name(), field.dataType());
    }
    return of(types, "the Parquet schema has " + shown(List.of(schema.fieldNames())));
  }

  /** The one column of a text file. */
  static KnownColumns ofText(List<InputFile> files, Configuration configuration) {
    FileSlice first = FileSlice.whole(files.get(0));
    try (SliceLines lines = SliceLines.open(first, InputFormat.TEXT, List.of(), configuration)) {
      lines.hasNext();
      return of(Map.of(TextRows.COLUMN, DataTypes.StringType), "text has only the column text");
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  /** The columns in the header of the first CSV file, all of them strings. */
  static KnownColumns ofCsv(List<InputFile> files, Configuration configuration) {
    FileSlice first = FileSlice.whole(files.get(0));
    List<String> names = SliceLines.csvHeader(first, configuration);
    Map<String, DataType> types = new HashMap<>();
    names.forEach(name -> types.put(name, DataTypes.StringType));
    return of(types, "the header of %s has %s".formatted(first.path(), shown(names)));
  }

  /** The keys in the first lines of the first file that has a line. */
  static KnownColumns ofJson(List<InputFile> files, Configuration configuration) {
    for (InputFile file : files) {
      FileSlice slice = FileSlice.whole(file);
      try (SliceLines lines = SliceLines.open(slice, InputFormat.JSONL, List.of(), configuration)) {
        if (lines.hasNext()) {
          return ofLines(lines, slice.path());
        }
      } catch (IOException e) {
        throw new InputException(e.getMessage(), e);
      }
    }
    return of(Map.of(), "the input has no line, and --input-schema does not name it");
  }

  private static KnownColumns ofLines(SliceLines lines, String path) {
    Map<String, JsonTypes> found = new HashMap<>();
    int count = 0;
    for (; count < SAMPLED_LINES && lines.hasNext(); count++) {
      addLine(lines.next(), found);
    }
    Map<String, DataType> types = new HashMap<>();
    found.forEach((name, type) -> types.put(name, type.type()));
    String where = "the first %d lines of %s".formatted(count, path);
    return of(
        types,
        types.isEmpty()
            ? "none of %s is a JSON object with keys".formatted(where)
            : "%s have %s".formatted(where, shown(new TreeSet<>(types.keySet()))));
  }

  private static void addLine(Line line, Map<String, JsonTypes> found) {
    if (line.fault().isPresent()) {
      return;
    }
    try {
      for (Map.Entry<String, JsonNode> value :
          JsonObjects.parse(line.text(), name -> true).entrySet()) {
        found.computeIfAbsent(value.getKey(), name -> new JsonTypes()).add(value.getValue());
      }
    } catch (MalformedRecordException e) {
      return; // The row is rejected when it is read; here it only has nothing to say.
    }
  }

  private static KnownColumns of(Map<String, DataType> types, String columnsFound) {
    Map<String, DataType> copy = Map.copyOf(types);
    return new KnownColumns() {
      @Override
      public Optional<DataType> type(String column) {
        return Optional.ofNullable(copy.get(column));
      }

      @Override
      public String columnsFound() {
        return columnsFound;
      }
    };
  }

  private static String shown(Collection<String> names) {
    int most = 40;
    String first = String.join(", ", names.stream().limit(most).toList());
    return names.size() > most ? first + ", … (%d)".formatted(names.size()) : first;
  }
}
