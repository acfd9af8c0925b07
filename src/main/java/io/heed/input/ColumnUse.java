package io.heed.input;

/** How much of a column is needed. */
enum ColumnUse {
  /** All of it. */
  WHOLE,
  /** The fields of bars that are known: others may be of types that cannot be read. */
  BARS
}
