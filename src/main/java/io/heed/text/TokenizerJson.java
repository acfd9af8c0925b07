package io.heed.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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
 */
record TokenizerJson(
    String text,
    JsonNode normalizer,
    JsonNode preTokenizer,
    JsonNode addedTokens,
    JsonNode postProcessor,
    JsonNode decoder) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Jackson's note of where the object that is left open begins. */
  private static final String OPEN_OBJECT = " \\(start marker at .*\\)";

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
            String.format(
                Locale.ROOT,
                "there is no tokenizer %1$s, which texts need. To make it from older files such as"
                    + " vocab.txt: python -c \"from transformers import AutoTokenizer;"
                    + " AutoTokenizer.from_pretrained('%2$s').save_pretrained('%2$s')\"",
                file,
                file.toAbsolutePath().getParent()));
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
      return parse(Files.readString(file), file);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          String.format(
              Locale.ROOT,
              "the tokenizer is not valid JSON: %s (%s)",
              e.getOriginalMessage().replaceFirst(OPEN_OBJECT, ""),
              file),
          e);
    } catch (IOException e) {
      throw new TokenizerException(String.format(Locale.ROOT, "%s cannot be read: %s", file, e), e);
    }
  }

  private static TokenizerJson parse(String text, Path file) throws IOException {
    JsonNode normalizer = MissingNode.getInstance();
    JsonNode preTokenizer = MissingNode.getInstance();
    JsonNode addedTokens = MissingNode.getInstance();
    JsonNode postProcessor = MissingNode.getInstance();
    JsonNode decoder = MissingNode.getInstance();
    try (JsonParser parser = MAPPER.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new TokenizerException(
            String.format(Locale.ROOT, "the tokenizer is not a JSON object (%s)", file));
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "normalizer" -> normalizer = parser.readValueAsTree();
          case "pre_tokenizer" -> preTokenizer = parser.readValueAsTree();
          case "added_tokens" -> addedTokens = parser.readValueAsTree();
          case "post_processor" -> postProcessor = parser.readValueAsTree();
          case "decoder" -> decoder = parser.readValueAsTree();
          case "model" -> checkModel(parser, file);
          default -> parser.skipChildren();
        }
      }
    }
    TokenizerJson json =
        new TokenizerJson(text, normalizer, preTokenizer, addedTokens, postProcessor, decoder);
    try {
      NativeGuard.check(json);
    } catch (IllegalArgumentException e) {
      throw new TokenizerException(String.format(Locale.ROOT, "%s (%s)", e.getMessage(), file), e);
    }
    return json;
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
