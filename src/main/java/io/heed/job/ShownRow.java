package io.heed.job;

import io.heed.input.InputRow;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A row with its result, in words, ordered by its place in the input: by file, then by position.
 *
 * @param source path of the file
 * @param position of the row in it
 * @param payload what it was computed from
 * @param output its values in the output
 */
record ShownRow(String source, long position, List<String> payload, List<String> output)
    implements Serializable, Comparable<ShownRow> {
  private static final Comparator<ShownRow> BY_PLACE =
      Comparator.comparing(ShownRow::source).thenComparingLong(ShownRow::position);

  static ShownRow of(InputRow row, Row output) {
    String[] values = new String[output.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = output.get(i);
      // All digits of the id, by which the row is found.
      values[i] = ShownValue.of(i == 0 && value instanceof Number ? value.toString() : value);
    }
    return new ShownRow(
        row.source(),
        row.position(),
        Arrays.stream(row.payload()).map(ShownValue::of).toList(),
        List.of(values));
  }

  @Override
  public int compareTo(ShownRow other) {
    return BY_PLACE.compare(this, other);
  }
}
