package io.heed.output;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of whatever origin as a terminal may show them: without effects, and measured in columns,
 * of which an ideograph or an emoji takes two.
 */
public final class DisplayText {
  /** In place of the end of a text that is cut. */
  public static final String MORE = "...";

  /** What a reader sees as one character: a letter with its marks, a family of emoji. */
  private static final Pattern CHARACTER = Pattern.compile("\\X");

  /** Makes an emoji of a character that is one only at will. */
  private static final int EMOJI_SELECTOR = 0xFE0F;

  /**
   * First and last code points of two columns (Unicode 15, East Asian width W and F, and emoji).
   */
  private static final int[][] WIDE = {
    {0x1100, 0x115F},
    {0x231A, 0x231B},
    {0x2329, 0x232A},
    {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},
    {0x23F3, 0x23F3},
    {0x25FD, 0x25FE},
    {0x2614, 0x2615},
    {0x2648, 0x2653},
    {0x267F, 0x267F},
    {0x2693, 0x2693},
    {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},
    {0x26BD, 0x26BE},
    {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},
    {0x26EA, 0x26EA},
    {0x26F2, 0x26F3},
    {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},
    {0x26FD, 0x26FD},
    {0x2705, 0x2705},
    {0x270A, 0x270B},
    {0x2728, 0x2728},
    {0x274C, 0x274C},
    {0x274E, 0x274E},
    {0x2753, 0x2755},
    {0x2757, 0x2757},
    {0x2795, 0x2797},
    {0x27B0, 0x27B0},
    {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},
    {0x2B55, 0x2B55},
    {0x2E80, 0x303E},
    {0x3041, 0x33FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},
    {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},
    {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x16FE0, 0x18CFF},
    {0x1AFF0, 0x1B2FF},
    {0x1F004, 0x1F004},
    {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F18E},
    {0x1F191, 0x1F19A},
    {0x1F1E6, 0x1F202},
    {0x1F210, 0x1F23B},
    {0x1F240, 0x1F248},
    {0x1F250, 0x1F251},
    {0x1F260, 0x1F265},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F7E0, 0x1F7F0},
    {0x1F90C, 0x1F9FF},
    {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
  };

  private DisplayText() {}

  /**
   * The text in one line, with an escape such as {@code \}{@code n} or {@code \}{@code u001b} in
   * place of every character that moves a cursor, commands a terminal or turns the direction of
   * writing.
   */
  public static String inOneLine(String text) {
    return printable(text, false);
  }

  /** The same, line breaks and tabs kept. */
  public static String inLines(String text) {
    return printable(text, true);
  }

  private static String printable(String text, boolean keepsLines) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              boolean kept = keepsLines && (point == '\n' || point == '\t');
              if (kept || !hasEffect(point)) {
                printable.appendCodePoint(point);
              } else {
                printable.append(escape(point));
              }
            });
    return printable.toString();
  }

  private static boolean hasEffect(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> turnsDirection(point);
    };
  }

  private static boolean turnsDirection(int point) {
    return point == 0x061C
        || point == 0x200E
        || point == 0x200F
        || point >= 0x202A && point <= 0x202E
        || point >= 0x2066 && point <= 0x2069;
  }

  private static String escape(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u" + String.format(Locale.ROOT, "%04x", point);
    };
  }

  /** How many columns a printable text takes. */
  public static int width(String text) {
    int width = 0;
    Matcher characters = CHARACTER.matcher(text);
    while (characters.find()) {
      width += widthOfOne(characters.group());
    }
    return width;
  }

  private static int widthOfOne(String character) {
    int width = 0;
    for (int point : character.codePoints().toArray()) {
      width = Math.max(width, point == EMOJI_SELECTOR ? 2 : widthOf(point));
    }
    return width;
  }

  private static int widthOf(int point) {
    switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT:
        return 0;
      default:
        for (int[] range : WIDE) {
          if (point >= range[0] && point <= range[1]) {
            return 2;
          }
        }
        return 1;
    }
  }

  /** A printable text in at most so many columns; where it is cut, {@link #MORE} is its end. */
  public static String cut(String text, int columns) {
    int room = columns - MORE.length();
    int width = 0;
    int end = 0;
    Matcher characters = CHARACTER.matcher(text);
    while (characters.find()) {
      width += widthOfOne(characters.group());
      if (width <= room) {
        end = characters.end();
      }
      if (width > columns) {
        return text.substring(0, end) + MORE;
      }
    }
    return text;
  }
}
