package io.heed.input;

/** Turns the lines of one format into rows. Each task has its own. */
interface LineParser {
  InputRow parse(Line line);

  static LineParser of(InputFormat format, RowPlan plan) {
    return switch (format) {
      case JSONL -> new JsonRows(plan);
      case CSV -> new CsvRows(plan);
      case TEXT -> new TextRows(plan);
      case PARQUET -> throw new IllegalArgumentException("Parquet has no lines");
    };
  }
}
