package io.heed.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heed.text.TokenizerOptions.Side;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What model2vec (version 0.8) reads of a text: no more characters than as many tokens of the
 * median length have, of their tokens those that the tokenizer's own truncation leaves, and of
 * these the known ones.
 *
 * @param charactersPerToken code points in a token of the vocabulary, the median
 * @param tokens that the tokenizer leaves, at its end or, where {@code side} is left, its beginning
 * @param side from which end the tokenizer leaves tokens out
 * @param unknown the id that is left out, or {@link #NONE}
 */
record TokenBag(int charactersPerToken, int tokens, Side side, int unknown) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int NONE = -1;

  /**
   * Of a tokenizer.
   *
   * @throws TokenizerException when it has no tokens
   */
  static TokenBag of(TokenizerJson json, Path file) {
    JsonNode model;
    try {
      model = MAPPER.readTree(json.text()).path("model");
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "the tokenizer is not valid JSON (%s)", file), e);
    }
    Map<String, Integer> ids = ids(model.path("vocab"), json.addedTokens());
    if (ids.isEmpty()) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "the vocabulary has no tokens (%s)", file));
    }
    // A Unigram has an unk_id instead, at which model2vec does not look.
    String unknown = model.path("unk_token").asText("");
    int tokens = json.truncation().path("max_length").asInt(Integer.MAX_VALUE);
    return new TokenBag(
        median(ids), Math.max(0, tokens), json.truncationSide(), ids.getOrDefault(unknown, NONE));
  }

  private static Map<String, Integer> ids(JsonNode vocabulary, JsonNode added) {
    Map<String, Integer> ids = new HashMap<>();
    vocabulary.properties().forEach(token -> ids.put(token.getKey(), token.getValue().asInt()));
    for (JsonNode piece : vocabulary.isArray() ? vocabulary : MAPPER.createArrayNode()) {
      ids.put(piece.path(0).asText(), ids.size());
    }
    added.forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    return ids;
  }

  private static int median(Map<String, Integer> ids) {
    int[] lengths =
        ids.keySet().stream()
            .mapToInt(token -> token.codePointCount(0, token.length()))
            .sorted()
            .toArray();
    int middle = lengths.length / 2;
    return lengths.length % 2 == 1 ? lengths[middle] : (lengths[middle - 1] + lengths[middle]) / 2;
  }

  /** The beginning of a text that is read. */
  String beginning(String text, int maxLength) {
    long characters = (long) maxLength * charactersPerToken;
    return text.length() <= characters || text.codePointCount(0, text.length()) <= characters
        ? text
        : text.substring(0, text.offsetByCodePoints(0, (int) characters));
  }

  /** Those ids of a text that are read. */
  int[] read(int[] ids) {
    int from = side == Side.LEFT ? Math.max(0, ids.length - tokens) : 0;
    return Arrays.stream(ids).skip(from).limit(tokens).filter(id -> id != unknown).toArray();
  }

  /** Whether the tokenizer leaves out some of so many tokens. */
  boolean cuts(int count) {
    return count > tokens;
  }
}
