package io.heed.input;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/**
 * Tables whose directories hold more than their rows: files stay there after their rows are deleted
 * or replaced, and a log says which of them count.
 */
enum TableFormat {
  DELTA("Delta Lake", "_delta_log"::equals),
  HUDI("Hudi", ".hoodie"::equals),
  ICEBERG(
      "Iceberg",
      name -> name.matches("(v\\d+|\\d{5}-[0-9a-f-]{36})(\\.gz)?\\.metadata\\.json(\\.gz)?"));

  private final String shown;
  private final Predicate<String> log;

  TableFormat(String shown, Predicate<String> log) {
    this.shown = shown;
    this.log = log;
  }

  /**
   * Refuses the directory of such a table.
   *
   * @param names what stands in the directory
   */
  static void refuse(Path directory, List<String> names) {
    for (TableFormat format : values()) {
      for (String name : names) {
        if (format.log.test(name)) {
          throw new InputException(
              String.format(
                  Locale.ROOT,
                  "%s belongs to a table of %s, as %s says: its files also hold rows that were deleted"
                      + " or replaced; write the table out as plain Parquet, or name its files by a"
                      + " glob to read all of them",
                  directory,
                  format.shown,
                  name));
        }
      }
    }
  }
}
