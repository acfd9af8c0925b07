package io.heed.input;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Where the columns that are read stand in the records of one CSV file. */
final class CsvHeader implements Serializable {
  private final int cells;
  private final int[] indexes;

  private CsvHeader(int cells, int[] indexes) {
    this.cells = cells;
    this.indexes = indexes;
  }

  /**
   * Finds columns by name.
   *
   * @param names the header's cells
   * @param columns the columns to read; those that are absent are remembered as such
   * @throws InputException when the header names one of the columns twice
   */
  static CsvHeader of(List<String> names, List<String> columns, String path) {
    int[] indexes = columns.stream().mapToInt(names::indexOf).toArray();
    for (int i = 0; i < indexes.length; i++) {
      if (indexes[i] != names.lastIndexOf(columns.get(i))) {
        throw new InputException(
            String.format(
                Locale.ROOT, "the header of %s names column %s twice", path, columns.get(i)));
      }
    }
    return new CsvHeader(names.size(), indexes);
  }

  /**
   * Reads the header's cells; an unnamed column has an empty name.
   *
   * @throws InputException when the file has none or it is malformed
   */
  static List<String> names(RecordReader records, String path) throws IOException {
    while (records.next()) {
      if (!records.isEmpty()) {
        String text = records.text();
        String fault = records.fault(text).orElse(null);
        try {
          if (fault == null) {
            List<String> names =
                CsvCells.parse(text).stream().map(s -> Objects.toString(s, "")).toList();
            return checked(names, text, path);
          }
        } catch (MalformedRecordException e) {
          fault = e.getMessage();
        }
        throw new InputException(
            String.format(Locale.ROOT, "the header of %s is malformed: %s", path, fault));
      }
    }
    throw new InputException(String.format(Locale.ROOT, "%s has no header", path));
  }

  private static List<String> checked(List<String> names, String header, String path) {
    if (QuotedLines.isRowsBelow(header, names.size())) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the header of %s has in each of %d lines the %d cells of a row: a quote seems to be left open",
              path,
              header.lines().count(),
              names.size()));
    }
    return names;
  }

  /** Number of cells in every record. */
  int cells() {
    return cells;
  }

  /** The cell of a column, in the order asked for, or -1 when the file does not have it. */
  int index(int column) {
    return indexes[column];
  }
}
