package io.heed.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The cells of a CSV record as RFC 4180 has them: separated by commas, quoted where they hold a
 * comma, a quote (doubled) or a line end. Nothing is trimmed.
 */
final class CsvCells {
  private final String record;
  private final List<String> cells = new ArrayList<>();
  private int at;

  private CsvCells(String record) {
    this.record = record;
  }

  /** The cells; an empty one is null when it is not quoted. */
  static List<String> parse(String record) throws MalformedRecordException {
    return new CsvCells(record).parse();
  }

  private List<String> parse() throws MalformedRecordException {
    while (true) {
      boolean quoted = at < record.length() && record.charAt(at) == '"';
      cells.add(quoted ? quotedCell() : plainCell());
      if (at == record.length()) {
        return cells;
      }
      at++; // the comma
    }
  }

  private String plainCell() throws MalformedRecordException {
    int start = at;
    while (at < record.length() && record.charAt(at) != ',') {
      if (record.charAt(at) == '"') {
        throw new MalformedRecordException(
            String.format(
                Locale.ROOT,
                "cell %d holds a quote but is not quoted (character %d)",
                cells.size(),
                at));
      }
      at++;
    }
    return at == start ? null : record.substring(start, at);
  }

  private String quotedCell() throws MalformedRecordException {
    StringBuilder cell = new StringBuilder();
    int start = at + 1;
    while (true) {
      int quote = record.indexOf('"', start);
      if (quote < 0) {
        throw new MalformedRecordException(
            String.format(
                Locale.ROOT,
                "the quote of cell %d is not closed (character %d)",
                cells.size(),
                at));
      }
      cell.append(record, start, quote);
      if (quote + 1 == record.length() || record.charAt(quote + 1) == ',') {
        at = quote + 1;
        return cell.toString();
      }
      if (record.charAt(quote + 1) != '"') {
        throw new MalformedRecordException(
            String.format(
                Locale.ROOT,
                "cell %d goes on after its closing quote (character %d)",
                cells.size(),
                quote + 1));
      }
      cell.append('"');
      start = quote + 2;
    }
  }
}
