package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the vectors of a text's tokens become one.
 *
 * @param modes of which the vector has the results side by side
 * @param withPrompt whether the tokens of a prompt are among those that are pooled
 * @param origin the file that says so
 */
public record TokenPooling(List<PoolingMode> modes, boolean withPrompt, String origin) {

  /** Copies the modes. */
  public TokenPooling {
    modes = List.copyOf(modes);
  }

  /**
   * Reads the file of a Pooling.
   *
   * @param hiddenSize values in the vector of a token
   */
  static TokenPooling read(JsonFile json, int hiddenSize) {
    requireHiddenSize(json, hiddenSize);
    return new TokenPooling(
        json.find("pooling_mode").map(mode -> named(json, mode)).orElseGet(() -> flagged(json)),
        json.bool("include_prompt").orElse(true),
        json.name());
  }

  /**
   * How sentence-transformers pools a model that has no modules, where that is not by the mean: one
   * that was made to tell the next token has read a text when it stands at its end.
   */
  static Optional<TokenPooling> ofBareModel(ConfigFile config) {
    boolean causal =
        config.strings("architectures").orElse(List.of()).stream()
                .limit(1)
                .anyMatch(name -> name.endsWith("ForCausalLM"))
            && config.bool("is_causal").orElse(true);
    return causal
        ? Optional.of(new TokenPooling(List.of(PoolingMode.LAST), true, ConfigFile.NAME))
        : Optional.empty();
  }

  /** Values in the vector of a text, of {@code hiddenSize} values in that of a token. */
  int outputs(int hiddenSize) {
    return Math.multiplyExact(modes.size(), hiddenSize);
  }

  /** Refuses a module that is made for other vectors than it is given. */
  static void requireHiddenSize(JsonFile json, int hiddenSize) {
    for (String key : List.of("word_embedding_dimension", "embedding_dimension")) {
      Optional<Integer> width = json.positiveInt(key);
      if (width.isPresent() && width.get() != hiddenSize) {
        throw json.error("%s %d is not the hidden_size %d", key, width.get(), hiddenSize);
      }
    }
  }

  /** One mode or several, which then stand in the order of the list. */
  private static List<PoolingMode> named(JsonFile json, JsonNode mode) {
    List<PoolingMode> modes = new ArrayList<>();
    for (JsonNode one : mode.isArray() ? mode : List.of(mode)) {
      modes.add(
          PoolingMode.ofMode(one.asText().toLowerCase(Locale.ROOT))
              .orElseThrow(
                  () ->
                      json.error(
                          "pooling_mode %s is not supported; supported: %s",
                          one, PoolingMode.all())));
    }
    if (modes.stream().distinct().count() < modes.size()) {
      throw json.error("pooling_mode names a mode twice");
    }
    if (modes.isEmpty()) {
      throw json.error("pooling_mode names none; supported: %s", PoolingMode.all());
    }
    return modes;
  }

  /** One flag for each mode; without any, sentence-transformers takes the mean. */
  private static List<PoolingMode> flagged(JsonFile json) {
    List<PoolingMode> modes = new ArrayList<>();
    for (PoolingMode mode : PoolingMode.values()) {
      if (json.bool(mode.flag()).orElse(false)) {
        modes.add(mode);
      }
    }
    json.keys().stream()
        .filter(key -> key.startsWith("pooling_mode_") && json.bool(key).orElse(false))
        .filter(key -> modes.stream().noneMatch(mode -> mode.flag().equals(key)))
        .findFirst()
        .ifPresent(
            key -> {
              throw json.error(
                  "pooling by %s is not supported; supported: %s", key, PoolingMode.all());
            });
    return modes.isEmpty() ? List.of(PoolingMode.MEAN) : modes;
  }
}
