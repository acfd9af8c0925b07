package io.heed.input;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** One text per line, whatever it is. */
final class TextFormat implements LineFormat {
  private static final long serialVersionUID = 1;

  @Override
  public InputFormat name() {
    return InputFormat.TEXT;
  }

  @Override
  public boolean takesSchema() {
    return false;
  }

  @Override
  public boolean holds(PayloadType payload) {
    return payload == PayloadType.TEXT;
  }

  @Override
  public boolean canRead(DataType type, TimeValues times) {
    return true;
  }

  @Override
  public KnownColumns columns(
      List<InputFile> files, InputRequest request, Configuration configuration) {
    FileSlice first = FileSlice.whole(files.get(0));
    try (SliceLines lines = SliceLines.open(first, this, LineColumns.NONE, configuration)) {
      lines.hasNext(); // A file that cannot be read is told before any task runs.
    } catch (IOException e) {
      throw new InputException(e.getMessage(), e);
    }
    return KnownColumns.of(
        Map.of(TextRows.COLUMN, DataTypes.StringType), "text has only the column text");
  }

  @Override
  public LineParser parser(RowPlan plan) {
    return new TextRows(plan);
  }

  @Override
  public boolean isRow(RecordReader records) {
    return true;
  }

  @Override
  public Optional<String> foreign(String content) {
    return Optional.empty();
  }
}
