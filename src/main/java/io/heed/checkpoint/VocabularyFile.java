package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The files of a vocabulary as the tokenizers library reads them: {@code vocab.txt} of WordPiece,
 * {@code vocab.json} and {@code merges.txt} of BPE.
 */
final class VocabularyFile {
  private static final int MAX_TOKENS = 1 << 22;
  private static final String VERSION = "#version";

  private VocabularyFile() {}

  /**
   * Pieces to the numbers of their lines, from 0. White space at the end of a line is no part of a
   * piece; of equal pieces the last one has the id.
   */
  static Map<String, Integer> pieces(Path file, String name) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    int line = 0;
    for (String piece : lines(file, name)) {
      ids.put(stripEnd(piece), line++);
    }
    return ids;
  }

  /** Pieces to the ids that a JSON object gives them. */
  static Map<String, Integer> ids(Path file, String name) {
    JsonFile json = JsonFile.read(file, name);
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.object().properties()) {
      JsonNode id = entry.getValue();
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
        throw json.error(
            "the id of %s is %s, expected a whole number between 0 and 2147483647",
            entry.getKey(), JsonFile.told(id));
      }
      ids.put(entry.getKey(), id.intValue());
    }
    checkCount(ids.size(), name);
    return ids;
  }

  /** The pairs of pieces of a file of merges, in its order. */
  static List<String[]> merges(Path file, String name) {
    List<String[]> merges = new ArrayList<>();
    int number = 0;
    for (String line : lines(file, name)) {
      number++;
      if (line.startsWith(VERSION)) {
        continue;
      }
      String[] pair = line.split(" ", -1);
      if (pair.length != 2) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "line %d is '%s', expected two pieces with a space between them (%s)",
                number,
                line,
                name));
      }
      merges.add(pair);
    }
    return merges;
  }

  /** Lines end with a line feed, or a carriage return and a line feed, and with nothing else. */
  private static List<String> lines(Path file, String name) {
    String text = text(file, name);
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      int next = end < 0 ? text.length() : end + 1;
      int to = end < 0 ? text.length() : end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
      lines.add(text.substring(from, to));
      checkCount(lines.size(), name);
      from = next;
    }
    return lines;
  }

  private static String text(Path file, String name) {
    ByteBuffer content = ByteBuffer.wrap(BoundedFile.read(file, name));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(content).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the file is not text in UTF-8 (%s)", name), e);
    }
  }

  private static void checkCount(int count, String name) {
    if (count > MAX_TOKENS) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "the file has more than the %d lines that are read (%s)",
              MAX_TOKENS,
              name));
    }
  }

  private static String stripEnd(String line) {
    int end = line.length();
    while (end > 0 && isWhiteSpace(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end);
  }

  /** Unicode's White_Space, which Java's two notions of it both miss a part of. */
  private static boolean isWhiteSpace(char c) {
    return c >= '\t' && c <= '\r' || c == '\u0085' || Character.isSpaceChar(c);
  }
}
