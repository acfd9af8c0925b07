package io.heed.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads a line that is one JSON object (RFC 8259): no key twice, nothing after it. NaN and the
 * infinities, which Python and others write, are numbers, as in Spark's reader.
 */
final class JsonObjects {
  /** Fractions stay as they are written, so that a kept object is the same text again. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                  // Keys are data: they do not go into tables that outlive the line.
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(RecordReader.MAX_RECORD_BYTES)
                          .maxNameLength(RecordReader.MAX_RECORD_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Jackson's note of where the object that is left open begins. */
  private static final String OPEN_OBJECT = " \\(start marker at .*\\)";

  private JsonObjects() {}

  /** The values of the wanted keys that the line has; a JSON null is a null node. */
  static Map<String, JsonNode> parse(String line, Predicate<String> wanted)
      throws MalformedRecordException {
    return parse(line, wanted, name -> false);
  }

  /**
   * The values of the wanted keys that the line has; a JSON null is a null node.
   *
   * @param asText the wanted keys whose values, if they are not null, become text nodes: a string
   *     itself, a number as it is written, all else its JSON text
   */
  static Map<String, JsonNode> parse(
      String line, Predicate<String> wanted, Predicate<String> asText)
      throws MalformedRecordException {
    Map<String, JsonNode> values = new HashMap<>();
    try (JsonParser parser = MAPPER.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedRecordException("the line is not a JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (wanted.test(name)) {
          values.put(name, asText.test(name) ? textNode(parser) : MAPPER.readTree(parser));
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new MalformedRecordException(
            String.format(
                Locale.ROOT,
                "the line goes on after its JSON object (character %d)",
                parser.currentTokenLocation().getCharOffset()));
      }
      return values;
    } catch (JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
      String reason = e.getOriginalMessage().replaceFirst(OPEN_OBJECT, "");
      throw new MalformedRecordException(
          String.format(Locale.ROOT, "%s (character %d)", reason, at));
    } catch (NumberFormatException e) {
      throw new MalformedRecordException("a number's exponent is too large");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the line is in memory
    }
  }

  private static JsonNode textNode(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      return TextNode.valueOf(parser.getText());
    }
    JsonNode node = MAPPER.readTree(parser);
    return node.isNull() ? node : TextNode.valueOf(text(node));
  }

  /** A value as JSON. */
  static String text(JsonNode value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree that was read can be written
    }
  }
}
