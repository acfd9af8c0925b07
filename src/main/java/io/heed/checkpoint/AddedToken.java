package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A token that is found in a text before the text is split into words.
 *
 * @param singleWord whether it has to stand alone
 * @param stripLeft whether it takes the white space before it
 * @param stripRight whether it takes the white space behind it
 * @param normalized whether it is looked for in the normalized text; where nothing says so, a
 *     special token is not
 * @param special whether it is left out of decoded texts
 */
record AddedToken(
    String content,
    boolean singleWord,
    boolean stripLeft,
    boolean stripRight,
    Optional<Boolean> normalized,
    boolean special) {

  /** A special token of which only the text is known. */
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, Optional.empty(), true);
  }

  /** A token of {@code added_tokens.json}, which knows no more than this of it. */
  static AddedToken plain(String content, boolean special) {
    return new AddedToken(content, false, false, false, Optional.of(!special), special);
  }

  /** A symbol of a SentencePiece model, which is looked for in the text as it stands. */
  static AddedToken symbol(String content, boolean special) {
    return new AddedToken(content, false, false, false, Optional.of(false), special);
  }

  /**
   * A token as an object of a JSON file tells it.
   *
   * @param key what errors call it
   */
  static AddedToken read(JsonFile file, String key, JsonNode value) {
    if (!value.path("content").isTextual()) {
      throw file.error("%s is %s, expected a token with a content", key, JsonFile.told(value));
    }
    return new AddedToken(
        value.get("content").textValue(),
        flag(file, key, value, "single_word").orElse(false),
        flag(file, key, value, "lstrip").orElse(false),
        flag(file, key, value, "rstrip").orElse(false),
        flag(file, key, value, "normalized"),
        flag(file, key, value, "special").orElse(false));
  }

  private static Optional<Boolean> flag(JsonFile file, String key, JsonNode value, String name) {
    JsonNode flag = value.path(name);
    if (flag.isMissingNode() || flag.isNull()) {
      return Optional.empty();
    }
    if (!flag.isBoolean()) {
      throw file.error("%s.%s is %s, expected true or false", key, name, JsonFile.told(flag));
    }
    return Optional.of(flag.booleanValue());
  }

  /** The same as a special token. */
  AddedToken asSpecial() {
    return new AddedToken(content, singleWord, stripLeft, stripRight, normalized, true);
  }

  /** The same, taking the white space before it. */
  AddedToken strippingLeft() {
    return new AddedToken(content, singleWord, true, stripRight, normalized, special);
  }

  /** Writes it as an entry of {@code added_tokens}. */
  void write(ObjectNode entry, int id) {
    entry.put("id", id).put("content", content).put("single_word", singleWord);
    entry.put("lstrip", stripLeft).put("rstrip", stripRight);
    entry.put("normalized", normalized.orElse(!special)).put("special", special);
  }
}
