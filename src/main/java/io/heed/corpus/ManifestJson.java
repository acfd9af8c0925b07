package io.heed.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.EOFException;
import java.io.IOException;

/** Values of an object of a JSON file, none of which is believed. */
final class ManifestJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Room for some hundred thousand parts. */
  static final int LARGEST_BYTES = 1 << 26;

  private static final int LONGEST_TOLD = 40;

  private final String file;
  private final JsonNode object;

  private ManifestJson(String file, JsonNode object) {
    this.file = file;
    this.object = object;
    if (!object.isObject()) {
      throw error("%s is not an object", told(object));
    }
  }

  /** Reads a whole file. */
  static ManifestJson read(CorpusFiles files, String name) throws IOException {
    if (!files.exists(name)) {
      throw CorpusException.in(name, "the file is missing");
    }
    long length = files.length(name);
    if (length > LARGEST_BYTES) {
      throw CorpusException.in(
          name, "the file has %d bytes, more than the %d it may have", length, LARGEST_BYTES);
    }
    byte[] bytes = new byte[(int) length];
    try {
      files.read(name, 0, bytes, bytes.length);
      return new ManifestJson(name, MAPPER.readTree(bytes));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw CorpusException.because(e, name, "the file is not valid JSON in line %d", line);
    } catch (EOFException e) {
      throw CorpusException.because(e, name, "the file is shorter than its %d bytes", length);
    }
  }

  /** An object inside this one. */
  ManifestJson at(JsonNode inside) {
    return new ManifestJson(file, inside);
  }

  /** A whole number in [least, most]. */
  long number(String key, long least, long most) {
    JsonNode value = object.path(key);
    boolean whole = value.isIntegralNumber() && value.canConvertToLong();
    if (!whole || value.longValue() < least || value.longValue() > most) {
      throw error(
          "%s is %s, expected a whole number between %d and %d", key, told(key), least, most);
    }
    return value.longValue();
  }

  /** Whether a key is there with the value null. */
  boolean isNull(String key) {
    return object.path(key).isNull();
  }

  String text(String key) {
    if (!object.path(key).isTextual()) {
      throw error("%s is %s, expected a text", key, told(key));
    }
    return object.path(key).textValue();
  }

  JsonNode array(String key) {
    if (!object.path(key).isArray()) {
      throw error("%s is %s, expected an array", key, told(key));
    }
    return object.path(key);
  }

  /** The value of a key as errors tell it. */
  String told(String key) {
    return told(object.path(key));
  }

  private static String told(JsonNode value) {
    if (value.isMissingNode()) {
      return "missing";
    }
    if (value.isContainerNode()) {
      return value.isArray() ? "an array" : "an object";
    }
    String json = value.toString(); // Escapes what would break a line.
    return json.length() <= LONGEST_TOLD ? json : json.substring(0, LONGEST_TOLD) + "...";
  }

  CorpusException error(String rule, Object... values) {
    return CorpusException.in(file, rule, values);
  }
}
