package io.heed.input;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether a CSV record of several lines is one. A quote that nobody closes takes in the lines
 * after it, up to another quote that is somewhere; what comes out is often malformed, and sometimes
 * not.
 */
final class QuotedLines {
  /** So many lines that look like rows are no chance, where each begins with a key. */
  private static final int KEYED_ROWS = 3;

  /** The same where the first cells are of any kind. */
  private static final int ROWS = 10;

  private final int cells;
  private final int[] oneLine;
  private final QuotedRows quotedRows;

  /** For the records below a header. */
  QuotedLines(List<String> header, LineColumns columns) {
    this.cells = header.size();
    this.quotedRows = columns.quotedRows();
    Set<String> names = columns.oneLine();
    this.oneLine = names.stream().mapToInt(header::indexOf).filter(i -> i >= 0).toArray();
  }

  /** Why a record of several lines is none. */
  Optional<String> fault(String record) {
    List<String> values;
    try {
      values = CsvCells.parse(record);
    } catch (MalformedRecordException e) {
      return Optional.of("is malformed: " + e.getMessage());
    }
    if (values.size() != cells) {
      return Optional.of(
          String.format(Locale.ROOT, "has %d cells, the header %d", values.size(), cells));
    }
    for (int cell : oneLine) {
      if (values.get(cell) != null && values.get(cell).indexOf('\n') >= 0) {
        return Optional.of(
            String.format(Locale.ROOT, "has a line end in cell %d, which is no text", cell));
      }
    }
    return quotedRows == QuotedRows.REJECT && isRows(record)
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "has in each line the %d cells of a row: a quote seems to be left open",
                cells))
        : Optional.empty();
  }

  /** Whether a header takes in rows: its quote may be left open, too. */
  static boolean isRows(String header, int cells) {
    return cells > 1 && header.lines().allMatch(line -> commas(line) == cells - 1);
  }

  /** The same of a header, whose names may well go on in a second line. */
  static boolean isRowsBelow(String header, int cells) {
    return header.lines().count() >= KEYED_ROWS && isRows(header, cells);
  }

  private boolean isRows(String record) {
    if (!isRows(record, cells)) {
      return false;
    }
    long lines = record.lines().count();
    return lines >= ROWS || lines >= KEYED_ROWS && record.lines().allMatch(QuotedLines::isKeyed);
  }

  private static long commas(String line) {
    return line.chars().filter(c -> c == ',').count();
  }

  /** Whether the first cell is one word with a digit, such as a number, a date or a UUID. */
  private static boolean isKeyed(String line) {
    String first = line.substring(0, line.indexOf(','));
    return first.chars().noneMatch(Character::isWhitespace)
        && first.chars().anyMatch(c -> c >= '0' && c <= '9');
  }
}
