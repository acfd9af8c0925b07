package io.heed.job;

import io.heed.output.DisplayText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Shows the first rows of a run so that a person can judge them: what each was computed from, even
 * where the output does not keep it, beside what became of it.
 */
final class FirstRows {
  /** How many are shown. */
  static final int ROWS = 5;

  private static final int WIDTH = 48;
  private static final String GAP = "  ";

  private final List<Column> columns = new ArrayList<>();

  /** A column of the table that is printed: its name first, then a cell for each row. */
  private record Column(List<String> cells, int width, boolean isNumber) {

    static Column of(String name, List<String> values, boolean isNumber) {
      List<String> cells = new ArrayList<>();
      cells.add(cell(name));
      values.forEach(value -> cells.add(cell(value)));
      int width = cells.stream().mapToInt(DisplayText::width).max().orElse(0);
      return new Column(cells, width, isNumber);
    }

    private static String cell(String text) {
      return DisplayText.cut(DisplayText.inOneLine(text), WIDTH);
    }

    String cell(int line) {
      String cell = cells.get(line);
      String space = " ".repeat(width - DisplayText.width(cell));
      return isNumber ? space + cell : cell + space;
    }
  }

  /**
   * The columns of an output: the id, then those of the input that are kept, then others.
   *
   * @param kept how many are kept
   */
  record Output(StructType schema, int kept) {}

  private FirstRows() {}

  /**
   * Prints a table of rows.
   *
   * @param payload names of the columns that the rows were computed from
   * @param output columns of the output
   * @param rowsOut how many rows the output has
   */
  static void show(
      List<ShownRow> rows, List<String> payload, Output output, long rowsOut, PrintStream out) {
    if (rows.isEmpty()) {
      return;
    }
    FirstRows table = new FirstRows();
    table.addColumns(rows, payload, output);
    out.println(title(rows.size(), rowsOut));
    for (int line = 0; line <= rows.size(); line++) {
      out.println(table.line(line));
    }
  }

  private static String title(int shown, long rowsOut) {
    if (rowsOut == 1) {
      return "the only row";
    }
    String title = rowsOut == shown ? "all %2$,d rows" : "the first %d of %,d rows";
    return String.format(Locale.ROOT, title, shown, rowsOut);
  }

  private void addColumns(List<ShownRow> rows, List<String> payload, Output output) {
    StructField[] fields = output.schema().fields();
    addOutput(rows, fields, 0);
    for (int i = 0; i < payload.size(); i++) {
      addPayload(rows, payload.get(i), i, output);
    }
    for (int i = 1; i < fields.length; i++) {
      addOutput(rows, fields, i);
    }
  }

  private void addOutput(List<ShownRow> rows, StructField[] fields, int index) {
    columns.add(
        Column.of(
            fields[index].name(),
            rows.stream().map(row -> row.output().get(index)).toList(),
            fields[index].dataType() instanceof NumericType));
  }

  /** A column of the input, unless the output shows the same. */
  private void addPayload(List<ShownRow> rows, String name, int index, Output output) {
    int place = List.of(output.schema().fieldNames()).indexOf(name);
    if (place < 0 || place > output.kept()) {
      List<String> values = rows.stream().map(row -> row.payload().get(index)).toList();
      columns.add(Column.of(place < 0 ? name : name + " (input)", values, false));
    }
  }

  private String line(int line) {
    StringBuilder text = new StringBuilder();
    columns.forEach(column -> text.append(column.cell(line)).append(GAP));
    return text.toString().stripTrailing();
  }
}
