package io.heed.input;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/** Cells with a header; a quoted one can hold line ends. */
final class CsvFormat implements LineFormat {
  private static final long serialVersionUID = 1;

  @Override
  public InputFormat name() {
    return InputFormat.CSV;
  }

  @Override
  public boolean takesSchema() {
    return true;
  }

  @Override
  public boolean holds(PayloadType payload) {
    return payload == PayloadType.TEXT || isNumber(payload);
  }

  @Override
  public boolean readable(PayloadType payload, DataType column) {
    // The type is declared or, as text, not known.
    return isNumber(payload)
        ? column instanceof NumericType || column instanceof StringType
        : payload.readableFrom(column);
  }

  private static boolean isNumber(PayloadType payload) {
    return payload == PayloadType.NUMBER || payload == PayloadType.FEATURES;
  }

  @Override
  public boolean canRead(DataType type, TimeValues times) {
    return CsvValue.of(type, times).isPresent();
  }

  @Override
  public KnownColumns columns(
      List<InputFile> files, InputRequest request, Configuration configuration) {
    FileSlice first = FileSlice.whole(files.get(0));
    List<String> names = SliceLines.header(first, this, configuration);
    Map<String, DataType> types = new HashMap<>();
    names.forEach(name -> types.put(name, DataTypes.StringType));
    return KnownColumns.of(
        types,
        String.format(
            Locale.ROOT,
            "the header of %s has %s",
            first.path(),
            KnownColumns.shown(names.stream())));
  }

  @Override
  public LineParser parser(RowPlan plan) {
    return new CsvRows(plan);
  }

  @Override
  public RecordEnd recordEnd() {
    return new CsvRecordEnd();
  }

  /** From the middle of a file nothing tells whether a line end is one in a quoted cell. */
  @Override
  public boolean splits() {
    return false;
  }

  @Override
  public boolean hasHeader() {
    return true;
  }

  @Override
  public boolean isRow(RecordReader records) {
    return !records.isEmpty();
  }

  @Override
  public Optional<String> foreign(String content) {
    return FileStart.markup(content);
  }
}
