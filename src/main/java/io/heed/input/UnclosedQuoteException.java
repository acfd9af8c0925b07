package io.heed.input;

import java.io.IOException;
import java.util.Locale;

/** A file ends inside a quoted cell, so that nobody knows which of its lines are rows. */
final class UnclosedQuoteException extends IOException {
  /**
   * The place of the quote.
   *
   * @param line counted from 1
   * @param offset of the byte in the decompressed file
   */
  UnclosedQuoteException(long line, long offset) {
    super(
        String.format(
            Locale.ROOT,
            "the quote that opens a cell at line %d (byte %d) is not closed before the end of the file",
            line,
            offset));
  }
}
