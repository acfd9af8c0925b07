package io.heed.input;

/** How much of a column is needed. */
enum ColumnUse {
  /** All of it. */
  WHOLE,
  /** Some fields of its structs: others may be of types that cannot be read. */
  FIELDS
}
