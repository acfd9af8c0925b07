package io.heed.checkpoint;

import java.util.List;
import java.util.Optional;

/** {@code config.json}: its values by key, and the errors that say which it may not have. */
record ConfigFile(JsonFile json) {
  static final String NAME = "config.json";

  static final String MODEL_TYPE = "model_type";

  /** Reads and checks the architecture. */
  static ModelConfig read(CheckpointDirectory directory) {
    ConfigFile file = new ConfigFile(directory.requireJson(NAME));
    String modelType = file.required(MODEL_TYPE, file.json.string(MODEL_TYPE));
    return switch (modelType) {
      case BertConfig.MODEL_TYPE -> BertConfig.read(file);
      case GptConfig.GPT2 -> GptConfig.readGpt2(file, GenerationConfig.endOfText(directory, file));
      case GptConfig.OPENAI_GPT ->
          GptConfig.readOpenAiGpt(file, GenerationConfig.endOfText(directory, file));
      default ->
          throw file.unsupported(
              MODEL_TYPE,
              modelType,
              String.join(", ", BertConfig.MODEL_TYPE, GptConfig.GPT2, GptConfig.OPENAI_GPT));
    };
  }

  /** A whole number above 0 that has to be there. */
  int size(String key) {
    return required(key, json.positiveInt(key));
  }

  /** The width of a hidden state, which the heads have to divide. */
  int width(String key, String headsKey) {
    int width = size(key);
    int heads = size(headsKey);
    if (width % heads != 0) {
      throw json.error("%s %d is not divisible by %s %d", key, width, headsKey, heads);
    }
    return width;
  }

  /** The value of {@code key}, or an error that it is missing. */
  <T> T required(String key, Optional<T> value) {
    return value.orElseThrow(() -> json.error("%s is missing", key));
  }

  /** Refuses a key that is there with another value. */
  void requireString(String key, String supported) {
    String value = json.string(key).orElse(supported);
    if (!value.equals(supported)) {
      throw unsupported(key, value, supported);
    }
  }

  /** Refuses flags that are there and true. */
  void requireFalse(List<String> keys) {
    for (String key : keys) {
      if (json.bool(key).orElse(false)) {
        throw unsupported(key, "true", "false");
      }
    }
  }

  /** Refuses a model of which heads were cut out. */
  void requireAllHeads() {
    json.object("pruned_heads")
        .filter(heads -> !heads.isEmpty())
        .ifPresent(
            heads -> {
              throw unsupported("pruned_heads", heads.toString(), "none");
            });
  }

  CheckpointException unsupported(String key, String value, String supported) {
    return json.error("%s %s is not supported; supported: %s", key, value, supported);
  }
}
