package io.heed.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The places where a text can be cut so that the tokens of the first part are the first tokens of
 * the whole.
 *
 * <p>A cut lies before a character at which this tokenizer's pre-tokenizer always begins a new
 * word, and after one that no normalizer removes or joins with what follows. That is known for the
 * normalizers and pre-tokenizers named below; with any other, or with a pre-tokenizer that does not
 * split, there is no cut and texts are tokenized whole. Models see one word at a time.
 */
final class CutPoints {
  private static final Set<String> NORMALIZERS =
      Set.of("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Prepend");
  private static final Set<String> COLLAPSED_SPACES =
      Set.of(" {2,}", "\\s+", "\\s{2,}|[\\n\\r\\t]");
  private static final String METASPACE = "\u2581";
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

  private final boolean[] ascii = new boolean[128];
  private boolean ideographs;

  private CutPoints() {}

  /** The cut points that {@code json} allows. */
  static CutPoints of(TokenizerJson json) {
    CutPoints cuts = new CutPoints();
    boolean metaspace = contains(json.preTokenizer(), "Metaspace");
    Set<String> spaces = metaspace ? Set.of(" ", METASPACE) : Set.of(" ");
    if (!keepsBoundaries(json.normalizer(), spaces) || !splits(json.preTokenizer())) {
      return cuts;
    }
    cuts.ascii[' '] = true;
    if (!metaspace && !mapsCharacters(json.normalizer())) {
      cuts.allow("\t\n\r");
    }
    boolean bert = type(json.preTokenizer()).equals("BertPreTokenizer");
    String normalizer = type(json.normalizer());
    if (bert && (normalizer.isEmpty() || normalizer.equals("BertNormalizer"))) {
      cuts.allow(PUNCTUATION);
      cuts.ideographs =
          !normalizer.isEmpty() && json.normalizer().path("handle_chinese_chars").asBoolean(true);
    }
    json.addedTokens().forEach(cuts::exclude);
    return cuts;
  }

  /**
   * The last cut point of {@code text} in its first {@code limit} characters, else the first one
   * after them, else the length of the text.
   */
  int near(String text, int limit) {
    for (int i = limit; i > 0; i--) {
      if (isCut(text, i)) {
        return i;
      }
    }
    for (int i = limit + 1; i < text.length(); i++) {
      if (isCut(text, i)) {
        return i;
      }
    }
    return text.length();
  }

  private boolean isCut(String text, int index) {
    char next = text.charAt(index);
    boolean begins = next < 128 ? ascii[next] : ideographs && next >= 0x4E00 && next <= 0x9FFF;
    return begins && isSettled(text.charAt(index - 1));
  }

  /**
   * Whether normalizers leave this character in its place: printable ASCII, and letters and digits.
   * Left out are modifier letters and compatibility forms, which may become combining marks or
   * spaces, fillers, and the one letter here that forms a grapheme with a space after it.
   */
  private static boolean isSettled(char c) {
    if (c < 128) {
      return c > ' ' && c < 127;
    }
    boolean letter = Character.isLetter(c) && Character.getType(c) != Character.MODIFIER_LETTER;
    boolean excluded = c == 0x0D4E || c == 0x115F || c == 0x1160 || c == 0x3164 || c >= 0xF900;
    return (letter || Character.isDigit(c)) && !excluded;
  }

  private void allow(String characters) {
    characters.chars().forEach(c -> ascii[c] = true);
  }

  /** An added token is found before words are, so no cut may fall inside one. */
  private void exclude(JsonNode token) {
    String content = token.path("content").asText();
    boolean plain = content.chars().allMatch(c -> c < 128);
    content.chars().skip(1).filter(c -> c < 128).forEach(c -> ascii[c] = false);
    if (!plain) {
      // Normalized, it may hold other characters than it shows.
      PUNCTUATION.chars().forEach(c -> ascii[c] = false);
    }
    // A token that has to stand alone as a word looks at its neighbour, which an ideograph is.
    ideographs &= plain && !token.path("single_word").asBoolean();
  }

  private static String type(JsonNode node) {
    return node.path("type").asText();
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isNull() || node.isMissingNode();
  }

  /** Whether a space stays one of {@code spaces}, and stays between the words at its sides. */
  private static boolean keepsBoundaries(JsonNode normalizer, Set<String> spaces) {
    return isAbsent(normalizer)
        || switch (type(normalizer)) {
          case "Sequence" ->
              all(normalizer.path("normalizers"), part -> keepsBoundaries(part, spaces));
          case "BertNormalizer", "Precompiled", "Nmt" -> true;
          case "Replace" -> replacesSafely(normalizer, spaces);
          default -> NORMALIZERS.contains(type(normalizer));
        };
  }

  private static boolean replacesSafely(JsonNode replace, Set<String> spaces) {
    String content = replace.path("content").asText();
    JsonNode pattern = replace.path("pattern");
    if (pattern.has("Regex")) {
      return COLLAPSED_SPACES.contains(pattern.path("Regex").asText()) && spaces.contains(content);
    }
    String literal = pattern.path("String").asText();
    return literal.equals(" ")
        ? spaces.contains(content)
        : hasNoSpace(literal) && hasNoSpace(content);
  }

  private static boolean hasNoSpace(String text) {
    return !text.isEmpty()
        && text.chars()
            .noneMatch(
                c ->
                    Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || c == METASPACE.charAt(0));
  }

  /** Whether a table or a list of this normalizer may turn other white space into anything. */
  private static boolean mapsCharacters(JsonNode normalizer) {
    return contains(normalizer, "Precompiled")
        || contains(normalizer, "Nmt")
        || contains(normalizer, "Replace");
  }

  /** Whether words never reach across a space, whatever stands on either side. */
  private static boolean splits(JsonNode preTokenizer) {
    return switch (type(preTokenizer)) {
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit" -> true;
      case "ByteLevel" -> preTokenizer.path("use_regex").asBoolean(true);
      case "Metaspace" ->
          preTokenizer.path("split").asBoolean(true)
              && preTokenizer.path("replacement").asText(METASPACE).equals(METASPACE);
      case "Sequence" -> {
        JsonNode parts = preTokenizer.path("pretokenizers");
        boolean known = all(parts, part -> splits(part) || refines(part));
        yield known && !all(parts, CutPoints::refines);
      }
      default -> false;
    };
  }

  private static boolean refines(JsonNode preTokenizer) {
    return switch (type(preTokenizer)) {
      case "Digits" -> true;
      case "Punctuation" -> preTokenizer.path("behavior").asText("Isolated").equals("Isolated");
      default -> false;
    };
  }

  private static boolean contains(JsonNode node, String type) {
    return node.findValuesAsText("type").contains(type);
  }

  private static boolean all(JsonNode nodes, Predicate<JsonNode> predicate) {
    for (JsonNode node : nodes) {
      if (!predicate.test(node)) {
        return false;
      }
    }
    return true;
  }
}
