package io.heed.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The last line of a terminal, rewritten again and again, while whatever else is written passes
 * above it: the line is erased before, and drawn again once the other text has ended its own.
 */
final class TerminalLine {
  private static final String ERASE = "\r\u001b[K";

  /** Around a text that is cut at the terminal's edge: of two lines, one would stay. */
  private static final String WITHOUT_WRAPPING = "\u001b[?7l%s\u001b[?7h";

  /** How long a line that is announced takes to be written, at most. */
  private static final long ANNOUNCED_NANOS = 100_000_000;

  private final PrintStream terminal;
  private final PrintStream passage;
  private String text = "";
  private boolean shown;
  private boolean othersLineIsOpen;
  private long drawAfterNanos = System.nanoTime();

  TerminalLine(PrintStream terminal) {
    this.terminal = terminal;
    this.passage = new PrintStream(new Passage(terminal), true, StandardCharsets.UTF_8);
  }

  /** Where others write to the same terminal. */
  PrintStream passage() {
    return passage;
  }

  /** Shows a text in place of the last one. */
  synchronized void show(String next) {
    text = next;
    draw();
  }

  /** Makes room for a line that is about to be written past the {@link #passage}. */
  synchronized void announceOther() {
    erase();
    drawAfterNanos = System.nanoTime() + ANNOUNCED_NANOS;
  }

  /** Erases the line, and shows nothing more. */
  synchronized void close() {
    text = "";
    erase();
  }

  private void draw() {
    if (text.isEmpty() || othersLineIsOpen || System.nanoTime() - drawAfterNanos < 0) {
      return;
    }
    terminal.print(ERASE + String.format(Locale.ROOT, WITHOUT_WRAPPING, text));
    terminal.flush();
    shown = true;
  }

  private void erase() {
    if (shown) {
      terminal.print(ERASE);
      terminal.flush();
      shown = false;
    }
  }

  /** The terminal as others see it. */
  private final class Passage extends FilterOutputStream {
    Passage(PrintStream terminal) {
      super(terminal);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return;
      }
      synchronized (TerminalLine.this) {
        erase();
        terminal.write(bytes, offset, length);
        othersLineIsOpen = bytes[offset + length - 1] != '\n';
        drawAfterNanos = System.nanoTime();
        draw();
      }
    }
  }
}
