package io.heed.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.text.TokenizerOptions.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The parts of a {@code tokenizer.json} that decide where a text can be cut, and those that have to
 * be checked before the native library reads them.
 *
 * @param text the whole file
 * @param normalizer {@code normalizer}, null or missing when there is none
 * @param preTokenizer {@code pre_tokenizer}, null or missing when there is none
 * @param addedTokens {@code added_tokens}
 * @param postProcessor {@code post_processor}, null or missing when there is none
 * @param decoder {@code decoder}, null or missing when there is none
 * @param truncation {@code truncation}, null or missing when there is none
 */
record TokenizerJson(
    String text,
    JsonNode normalizer,
    JsonNode preTokenizer,
    JsonNode addedTokens,
    JsonNode postProcessor,
    JsonNode decoder,
    JsonNode truncation) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Jackson's notes of where the object that is left open begins, and on its own settings. */
  private static final String NOTES =
      " \\(start marker at .*\\)| \\(not recognized as one since .*\\)|: enable `.*` to allow";

  private static final String NORMALIZER = "normalizer";
  private static final String PRE_TOKENIZER = "pre_tokenizer";
  private static final Set<String> PARTS =
      Set.of(NORMALIZER, PRE_TOKENIZER, "added_tokens", "post_processor", "decoder", "truncation");
  private static final Set<String> BERT_FIELDS =
      Set.of("lowercase", "strip_accents", "handle_chinese_chars");
  private static final Set<String> BYTE_LEVEL_FIELDS = Set.of("add_prefix_space");

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final long MAX_BYTES = 512L << 20;

  /**
   * Reads a file.
   *
   * @throws TokenizerException when it is absent, not JSON, or random by design
   */
  static TokenizerJson read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new TokenizerException(
            String.format(Locale.ROOT, "there is no tokenizer %s, which texts need", file));
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new TokenizerException(
            String.format(
                Locale.ROOT,
                "the tokenizer has %d bytes, more than the %d that are read (%s)",
                size,
                MAX_BYTES,
                file));
      }
      String text = Files.readString(file);
      // Some editors write the mark, which no JSON parser but Java's takes.
      return of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text, file);
    } catch (IOException e) {
      throw new TokenizerException(String.format(Locale.ROOT, "%s cannot be read: %s", file, e), e);
    }
  }

  /**
   * Reads a text.
   *
   * @param file what errors call it
   * @throws TokenizerException when it is not JSON, or random by design
   */
  static TokenizerJson of(String text, Path file) {
    try {
      return parse(text, file);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          String.format(
              Locale.ROOT,
              "the tokenizer is not valid JSON: %s (%s)",
              e.getOriginalMessage().replaceFirst(NOTES, ""),
              file),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot fail to be read", e);
    }
  }

  private static TokenizerJson parse(String text, Path file) throws IOException {
    Map<String, JsonNode> parts = new HashMap<>();
    try (JsonParser parser = MAPPER.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new TokenizerException(
            String.format(Locale.ROOT, "the tokenizer is not a JSON object (%s)", file));
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        if (PARTS.contains(key)) {
          parts.put(key, parser.readValueAsTree());
        } else if (key.equals("model")) {
          checkModel(parser, file);
        } else {
          parser.skipChildren();
        }
      }
    }
    TokenizerJson json =
        new TokenizerJson(
            text,
            part(parts, NORMALIZER),
            part(parts, PRE_TOKENIZER),
            part(parts, "added_tokens"),
            part(parts, "post_processor"),
            part(parts, "decoder"),
            part(parts, "truncation"));
    try {
      NativeGuard.check(json.normalizer, json.postProcessor, json.decoder);
    } catch (IllegalArgumentException e) {
      throw new TokenizerException(String.format(Locale.ROOT, "%s (%s)", e.getMessage(), file), e);
    }
    return json;
  }

  private static JsonNode part(Map<String, JsonNode> parts, String key) {
    return parts.getOrDefault(key, MissingNode.getInstance());
  }

  /** From which end tokens of a long text are left out. */
  Side truncationSide() {
    return truncation.path("direction").asText().equals("Left") ? Side.LEFT : Side.RIGHT;
  }

  /**
   * The same with some fields of a {@code BertNormalizer} or of a {@code ByteLevel} pre-tokenizer
   * replaced; a part of another type stays as it is.
   */
  TokenizerJson with(Map<String, Boolean> fields) {
    JsonNode normalizing = replaced(normalizer, "BertNormalizer", BERT_FIELDS, fields);
    JsonNode splitting = replaced(preTokenizer, "ByteLevel", BYTE_LEVEL_FIELDS, fields);
    if (normalizing.equals(normalizer) && splitting.equals(preTokenizer)) {
      return this;
    }
    String changed = spliced(Map.of(NORMALIZER, normalizing, PRE_TOKENIZER, splitting));
    return new TokenizerJson(
        changed, normalizing, splitting, addedTokens, postProcessor, decoder, truncation);
  }

  private static JsonNode replaced(
      JsonNode part, String type, Set<String> names, Map<String, Boolean> fields) {
    if (!part.path("type").asText().equals(type)) {
      return part;
    }
    ObjectNode changed = part.deepCopy();
    fields.forEach(
        (name, value) -> {
          if (names.contains(name)) {
            changed.put(name, value);
          }
        });
    return changed;
  }

  /** The text with other values of some keys; the rest, which may be long, is copied as it is. */
  private String spliced(Map<String, JsonNode> values) {
    StringBuilder spliced = new StringBuilder(text.length());
    int copied = 0;
    try (JsonParser parser = MAPPER.createParser(text)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        JsonNode value = values.get(parser.currentName());
        parser.nextToken();
        int from = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        if (value != null && value.isObject()) {
          spliced.append(text, copied, from).append(value);
          copied = (int) parser.currentLocation().getCharOffset();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a text that was parsed before cannot be parsed", e);
    }
    return spliced.append(text, copied, text.length()).toString();
  }

  /** Walks over the model without keeping its vocabulary, which can have millions of entries. */
  private static void checkModel(JsonParser parser, Path file) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "model is not a JSON object (%s)", file));
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (key.equals("dropout") && value.isNumeric() && parser.getDoubleValue() != 0) {
        throw new TokenizerException(
            String.format(
                Locale.ROOT,
                "model.dropout %s makes token ids random; supported: null (%s)",
                parser.getText(),
                file));
      }
      parser.skipChildren();
    }
  }
}
