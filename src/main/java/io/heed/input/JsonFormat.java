package io.heed.input;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.DataType;

/** One JSON object per line. */
final class JsonFormat implements LineFormat {
  private static final long serialVersionUID = 1;

  @Override
  public InputFormat name() {
    return InputFormat.JSONL;
  }

  @Override
  public boolean takesSchema() {
    return true;
  }

  @Override
  public boolean holds(PayloadType payload) {
    return true;
  }

  @Override
  public boolean canRead(DataType type, TimeValues times) {
    return JsonValue.of(type, times).isPresent();
  }

  /** A key that is declared may come in later lines. */
  @Override
  public Optional<DataType> type(String column, KnownColumns known, Optional<DataType> declared) {
    return declared.or(() -> known.type(column));
  }

  @Override
  public KnownColumns columns(
      List<InputFile> files, InputRequest request, Configuration configuration) {
    return JsonSample.read(files, this, request.undeclared(), configuration);
  }

  @Override
  public LineParser parser(RowPlan plan) {
    return new JsonRows(plan);
  }

  @Override
  public boolean isRow(RecordReader records) {
    return !records.isBlank();
  }

  @Override
  public Optional<String> foreign(String content) {
    return FileStart.markup(content).or(() -> array(content));
  }

  private static Optional<String> array(String content) {
    if (!content.startsWith("[")) {
      return Optional.empty();
    }
    String first = content.substring(1);
    String element = first.stripLeading();
    boolean isArray =
        element.isEmpty() || "{]".indexOf(element.charAt(0)) >= 0 || isLineEnd(first.charAt(0));
    return isArray
        ? Optional.of("a JSON array, where each line has to be one JSON object (jq -c '.[]')")
        : Optional.empty();
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}
