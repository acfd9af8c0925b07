package io.heed.corpus;

import java.util.Arrays;

/** Where the pieces of documents in a range of tokens end, as they are found. */
final class Pieces {
  private int[] starts = new int[8];
  private int count = 1;
  private boolean goesOn;

  /**
   * Adds the next piece.
   *
   * @param end behind its last token, counted from the first of the range
   * @param goesOn whether its document has tokens behind that
   */
  void add(int end, boolean goesOn) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count + (count >> 1));
    }
    starts[count++] = end;
    this.goesOn = goesOn;
  }

  /** Whether the document of the last piece has tokens behind the range. */
  boolean goesOn() {
    return goesOn;
  }

  /** {@code [B + 1]}, where each piece starts, then the end of the last. */
  int[] starts() {
    return Arrays.copyOf(starts, count);
  }
}
