package io.heed.input;

import java.util.Optional;

/** Records of CSV: a line feed inside a quoted cell does not end one. */
final class CsvRecordEnd implements RecordEnd {
  private enum State {
    CELL_START,
    PLAIN,
    QUOTED,
    /** After a quote in a quoted cell: a second one goes on with the cell, all else has left it. */
    QUOTE_IN_QUOTED
  }

  private State state = State.CELL_START;
  private long passed;
  private long line = 1;
  private long quote;
  private long quoteLine;

  @Override
  public int find(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      State before = state;
      state = after(bytes[i]);
      if (before == State.CELL_START && state == State.QUOTED) {
        quote = passed + i - from;
        quoteLine = line;
      }
      if (bytes[i] == '\n') {
        line++;
        if (state == State.CELL_START) {
          passed += i + 1 - from;
          return i;
        }
      }
    }
    passed += to - from;
    return -1;
  }

  private State after(byte b) {
    if (state == State.QUOTED) {
      return b == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
    }
    return switch (b) {
      case ',', '\n' -> State.CELL_START;
      case '"' -> state == State.PLAIN ? State.PLAIN : State.QUOTED;
      default -> State.PLAIN;
    };
  }

  @Override
  public String recordName() {
    return "record";
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public Optional<OpenQuote> openQuote() {
    return state == State.QUOTED ? Optional.of(new OpenQuote(quoteLine, quote)) : Optional.empty();
  }
}
