package io.heed.output;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person sees of what is written to a terminal: lines, of which the last may be rewritten.
 */
final class Screen {
  private static final char ESCAPE = '\u001b';

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  /** Where to write. */
  PrintStream stream() {
    return stream;
  }

  /** Everything that was written. */
  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** All lines, without spaces at their ends; the last one is empty after a line break. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int column = 0;
    String written = bytes.toString(StandardCharsets.UTF_8);
    for (int i = 0; i < written.length(); i++) {
      char next = written.charAt(i);
      if (next == ESCAPE) {
        int end = i + 2;
        while (!Character.isLetter(written.charAt(end))) {
          end++;
        }
        if (written.charAt(end) == 'K') {
          line.setLength(column);
        }
        i = end;
      } else if (next == '\r') {
        column = 0;
      } else if (next == '\n') {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
        column = 0;
      } else {
        line.setLength(Math.max(line.length(), column));
        line.replace(column, Math.min(column + 1, line.length()), String.valueOf(next));
        column++;
      }
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }
}
