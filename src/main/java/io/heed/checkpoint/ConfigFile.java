package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * {@code config.json}: its values by key, and the errors that say which it may not have. Where a
 * value has several spellings, an error names the one that the file has, or the first where it has
 * none; several that say different values are refused.
 *
 * <p>All methods throw {@link CheckpointException} for a value of the wrong type, naming the rule,
 * the value and the file.
 */
public final class ConfigFile {
  /** The file's name. */
  public static final String NAME = "config.json";

  private static final String MODEL_TYPE = "model_type";

  private final CheckpointDirectory directory;
  private final JsonFile json;

  private ConfigFile(CheckpointDirectory directory, JsonFile json) {
    this.directory = directory;
    this.json = json;
  }

  static ConfigFile read(CheckpointDirectory directory) {
    return new ConfigFile(directory, directory.requireJson(NAME));
  }

  /** The file, or one without keys where there is none. */
  static ConfigFile readIfThere(CheckpointDirectory directory) {
    return new ConfigFile(
        directory, directory.findJson(NAME).orElseGet(() -> JsonFile.empty(NAME)));
  }

  /** {@code model_type}, which has to be there. */
  public String modelType() {
    return required(MODEL_TYPE, json.string(MODEL_TYPE));
  }

  /** An error that says which model types are supported. */
  public CheckpointException unsupportedModelType(List<String> supported) {
    return unsupported(MODEL_TYPE, modelType(), String.join(", ", supported));
  }

  /** A whole number above 0 that has to be there. */
  public int size(String... spellings) {
    return required(spellings[0], positiveInt(spellings));
  }

  /** A whole number above 0, if it is there. */
  public Optional<Integer> positiveInt(String... spellings) {
    return read(json::positiveInt, spellings);
  }

  /** A whole number, if it is there. */
  public Optional<Integer> number(String... spellings) {
    return read(json::number, spellings);
  }

  /** A whole number from 0 on, if it is there. */
  public Optional<Integer> count(String... spellings) {
    return read(json::count, spellings);
  }

  /** A finite number above 0, if it is there, as the float32 nearest to it. */
  public Optional<Float> positiveFloat(String... spellings) {
    return read(json::positiveFloat, spellings);
  }

  /** A number from 0 to 1, if it is there. */
  public Optional<Double> share(String... spellings) {
    return read(json::share, spellings);
  }

  /** A text, if it is there. */
  public Optional<String> string(String... spellings) {
    return read(json::string, spellings);
  }

  /** True or false, if it is there. */
  public Optional<Boolean> bool(String... spellings) {
    return read(json::bool, spellings);
  }

  /** Finite numbers above 0, if they are there. */
  public Optional<float[]> positiveFloats(String key) {
    return json.positiveFloats(key);
  }

  /** Texts, if they are there, a single one being a list of one. */
  public Optional<List<String>> strings(String key) {
    return json.strings(key);
  }

  /** The values of an object, if it is there. */
  public Optional<ConfigFile> inside(String key) {
    return json.inside(key).map(inner -> new ConfigFile(directory, inner));
  }

  /** The texts and numbers of an object by their keys, in its order, if it is there. */
  public Optional<Map<String, String>> texts(String key) {
    return json.texts(key);
  }

  /** Whether the key has an object. */
  public boolean hasObject(String key) {
    return json.find(key).filter(JsonNode::isObject).isPresent();
  }

  /**
   * The width of a hidden state, which the heads have to divide.
   *
   * @param widthKeys spellings of the width
   * @param headsKeys spellings of the number of heads
   */
  public int width(List<String> widthKeys, List<String> headsKeys) {
    int width = size(widthKeys.toArray(String[]::new));
    int heads = size(headsKeys.toArray(String[]::new));
    if (width % heads != 0) {
      throw error(
          "%s %d is not divisible by %s %d", present(widthKeys), width, present(headsKeys), heads);
    }
    return width;
  }

  /**
   * The ids of {@code eos_token_id}, a number or a list of them: those of {@code
   * generation_config.json}, else of this file, empty when neither has it.
   */
  public SortedSet<Integer> endOfText() {
    return GenerationConfig.endOfText(directory, json);
  }

  /** Refuses a key that is there with another value. */
  public void requireString(String key, String supported) {
    String value = json.string(key).orElse(supported);
    if (!value.equals(supported)) {
      throw unsupported(key, value, supported);
    }
  }

  /** Refuses a key that is there with another number; one from 0 on. */
  public void requireCount(String key, int supported) {
    int value = json.count(key).orElse(supported);
    if (value != supported) {
      throw unsupported(key, Integer.toString(value), Integer.toString(supported));
    }
  }

  /** Refuses a key that is there with any value but null. */
  public void requireNull(String key) {
    json.find(key)
        .ifPresent(
            value -> {
              throw unsupported(key, JsonFile.told(value), "null");
            });
  }

  /** Refuses flags that are there and true. */
  public void requireFalse(String... keys) {
    for (String key : keys) {
      if (json.bool(key).orElse(false)) {
        throw unsupported(key, "true", "false");
      }
    }
  }

  /** Refuses a model of which heads were cut out. */
  public void requireAllHeads() {
    json.object("pruned_heads")
        .filter(heads -> !heads.isEmpty())
        .ifPresent(
            heads -> {
              throw unsupported("pruned_heads", heads.toString(), "none");
            });
  }

  /** An error that says which values of a key are supported. */
  public CheckpointException unsupported(String key, String value, String supported) {
    return error("%s %s is not supported; supported: %s", key, value, supported);
  }

  /** An error in this file. */
  public CheckpointException error(String format, Object... values) {
    return json.error(format, values);
  }

  private <T> Optional<T> read(Function<String, Optional<T>> reader, String... spellings) {
    return reader.apply(present(List.of(spellings)));
  }

  /** The spelling that the file has, else the first of all. */
  public String present(List<String> spellings) {
    List<String> present = spellings.stream().filter(key -> json.find(key).isPresent()).toList();
    for (String key : present) {
      JsonNode value = json.find(key).orElseThrow();
      JsonNode first = json.find(present.get(0)).orElseThrow();
      if (!value.equals(first)) {
        throw error(
            "%s %s and %s %s are two spellings of one value, and differ",
            present.get(0), first, key, value);
      }
    }
    return present.isEmpty() ? spellings.get(0) : present.get(0);
  }

  private <T> T required(String key, Optional<T> value) {
    return value.orElseThrow(() -> error("%s is missing", key));
  }
}
