package io.heed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A small JSON file of a checkpoint, read as Python's {@code json} does, which wrote it: the last
 * of several equal keys holds, and {@code NaN} and {@code Infinity} are numbers. A key with the
 * value null counts as absent.
 */
public final class JsonFile {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode root;
  private final String name;

  private JsonFile(JsonNode root, String name) {
    this.root = root;
    this.name = name;
  }

  /**
   * An object without keys, for a file that need not be there.
   *
   * @param name what errors call it
   */
  static JsonFile empty(String name) {
    return new JsonFile(MAPPER.createObjectNode(), name);
  }

  /**
   * Reads a file.
   *
   * @param name what errors call it
   */
  public static JsonFile read(Path path, String name) {
    return parse(BoundedFile.read(path, name), name);
  }

  /** Reads a file of a store. */
  public static JsonFile read(InputStream in, String name) {
    return parse(BoundedFile.read(in, name), name);
  }

  private static JsonFile parse(byte[] content, String name) {
    try {
      return new JsonFile(MAPPER.readTree(content), name);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the file is not valid JSON: %s (%s)", reason(e), name), e);
    } catch (IOException e) {
      throw BoundedFile.unreadable(name, e);
    }
  }

  /** What errors call this file. */
  String name() {
    return name;
  }

  /** The whole file, which has to be an array. */
  JsonNode array() {
    return require(root.isArray(), "", root, "an array");
  }

  /** The whole file, which has to be an object. */
  JsonNode object() {
    return require(root.isObject(), "", root, "an object");
  }

  /** The value of {@code key}, if the file has one. */
  public Optional<JsonNode> find(String key) {
    return Optional.ofNullable(object().get(key)).filter(value -> !value.isNull());
  }

  /** A whole number above 0. */
  public Optional<Integer> positiveInt(String key) {
    return find(key)
        .map(
            value ->
                require(
                        value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0,
                        key,
                        value,
                        "a whole number between 1 and 2147483647")
                    .intValue());
  }

  /** A whole number. */
  Optional<Integer> number(String key) {
    return find(key)
        .map(
            value ->
                require(
                        value.isIntegralNumber() && value.canConvertToInt(),
                        key,
                        value,
                        "a whole number")
                    .intValue());
  }

  /** A whole number from 0 on. */
  Optional<Integer> count(String key) {
    return find(key)
        .map(
            value ->
                require(
                        value.isIntegralNumber()
                            && value.canConvertToInt()
                            && value.intValue() >= 0,
                        key,
                        value,
                        "a whole number between 0 and 2147483647")
                    .intValue());
  }

  /**
   * A whole number above 0 that is a limit: one that is too large for an int, such as the 10^30
   * that transformers writes for none, is as good as the largest.
   */
  Optional<Integer> limit(String key) {
    return find(key)
        .map(
            value -> {
              boolean whole = value.isIntegralNumber() || value.doubleValue() > Integer.MAX_VALUE;
              require(
                  value.isNumber() && whole && value.doubleValue() >= 1,
                  key,
                  value,
                  "a whole number above 0");
              return value.canConvertToInt() ? value.intValue() : Integer.MAX_VALUE;
            });
  }

  /** A finite number above 0, as the float32 nearest to it. */
  Optional<Float> positiveFloat(String key) {
    return find(key)
        .map(
            value -> {
              boolean valid = value.isNumber() && Float.isFinite(value.floatValue());
              return require(
                      valid && value.floatValue() > 0, key, value, "a positive float32 number")
                  .floatValue();
            });
  }

  /** A number from 0 to 1. */
  Optional<Double> share(String key) {
    return find(key)
        .map(
            value -> {
              boolean valid = value.isNumber() && value.asDouble() >= 0 && value.asDouble() <= 1;
              return require(valid, key, value, "a number from 0 to 1").asDouble();
            });
  }

  /** The keys of the file, in its order. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    object().fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** A text. */
  public Optional<String> string(String key) {
    return find(key).map(value -> require(value.isTextual(), key, value, "a string").textValue());
  }

  Optional<Boolean> bool(String key) {
    return find(key)
        .map(value -> require(value.isBoolean(), key, value, "true or false").booleanValue());
  }

  /** The value of {@code key}, an object. */
  public Optional<JsonNode> object(String key) {
    return find(key).map(value -> require(value.isObject(), key, value, "an object"));
  }

  /** The object of a key as a file of its own, whose errors name the key too. */
  Optional<JsonFile> inside(String key) {
    return object(key)
        .map(value -> new JsonFile(value, String.format(Locale.ROOT, "%s, %s", name, key)));
  }

  /** Finite numbers above 0, as the float32 nearest to each. */
  Optional<float[]> positiveFloats(String key) {
    return find(key)
        .map(
            value -> {
              require(value.isArray(), key, value, "an array of positive float32 numbers");
              float[] numbers = new float[value.size()];
              for (int i = 0; i < numbers.length; i++) {
                JsonNode number = value.get(i);
                numbers[i] = number.floatValue();
                boolean valid = number.isNumber() && Float.isFinite(numbers[i]) && numbers[i] > 0;
                require(valid, key + "[" + i + "]", number, "a positive float32 number");
              }
              return numbers;
            });
  }

  /** Texts, a single one being a list of one. */
  Optional<List<String>> strings(String key) {
    return find(key)
        .map(
            value -> {
              if (value.isTextual()) {
                return List.of(value.textValue());
              }
              require(value.isArray(), key, value, "an array of strings");
              List<String> texts = new ArrayList<>();
              for (JsonNode text : value) {
                require(text.isTextual(), key + "[" + texts.size() + "]", text, "a string");
                texts.add(text.textValue());
              }
              return List.copyOf(texts);
            });
  }

  /** The texts and numbers of an object by their keys, in its order. */
  Optional<Map<String, String>> texts(String key) {
    return object(key)
        .map(
            value -> {
              Map<String, String> texts = new LinkedHashMap<>();
              value
                  .fields()
                  .forEachRemaining(
                      entry -> {
                        JsonNode text = entry.getValue();
                        boolean valid = text.isTextual() || text.isNumber();
                        require(valid, key + "." + entry.getKey(), text, "a string");
                        texts.put(entry.getKey(), text.asText());
                      });
              return texts;
            });
  }

  /** An error in this file, naming it. */
  public CheckpointException error(String format, Object... values) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s (%s)", String.format(Locale.ROOT, format, values), name));
  }

  private JsonNode require(boolean valid, String key, JsonNode value, String expected) {
    if (valid) {
      return value;
    }
    throw error("%s is %s, expected %s", key.isEmpty() ? "the file" : key, told(value), expected);
  }

  /** A value as it stands in the file, or what else it is. */
  public static String told(JsonNode value) {
    if (!value.isValueNode()) {
      return value.getNodeType().name();
    }
    return value.isNumber() ? value.asText() : value.toString();
  }

  /** What is wrong, without Jackson's notes on its own settings and on where an object begins. */
  static String reason(JsonProcessingException e) {
    return e.getOriginalMessage()
        .replaceFirst(" \\(start marker at .*\\)", "")
        .replaceFirst(" \\(not recognized as one since .*\\)", "")
        .replaceFirst(": enable `.*` to allow", "")
        .replaceFirst(", from `StreamReadConstraints[^`]*`", "");
  }
}
