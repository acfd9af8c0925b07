package io.heed.input;

/** What becomes of a quoted CSV cell whose lines look like rows of the table. */
public enum QuotedRows {
  /** Its quote is taken for one that nobody closed: each line is a rejected row. */
  REJECT,
  /** It is a cell like any other. */
  KEEP
}
