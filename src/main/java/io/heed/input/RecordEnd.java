package io.heed.input;

import java.util.Optional;

/** Finds where records end. Sees every byte of a file, or of the rest of one, once. */
interface RecordEnd {
  /**
   * A quote that opens a cell.
   *
   * @param line of the quote, from 1
   * @param offset of the quote from the first byte seen
   */
  record OpenQuote(long line, long offset) {}

  /**
   * The index of the line feed that ends the record, or -1 when it goes on. After an end, the next
   * call begins a new record.
   */
  int find(byte[] bytes, int from, int to);

  /** The line that the next byte belongs to, from 1; 0 where lines are not counted. */
  default long line() {
    return 0;
  }

  /** The quote that the bytes seen have left open. */
  default Optional<OpenQuote> openQuote() {
    return Optional.empty();
  }

  /** What a record is called in messages. */
  default String recordName() {
    return "line";
  }

  /** Every line feed ends a record. */
  static RecordEnd ofLines() {
    return (bytes, from, to) -> {
      for (int i = from; i < to; i++) {
        if (bytes[i] == '\n') {
          return i;
        }
      }
      return -1;
    };
  }
}
