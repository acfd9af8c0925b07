package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the files that sentence-transformers adds to a checkpoint. What would change the vectors
 * and is not supported is refused, never skipped.
 */
final class SentenceTransformersReader {
  private static final String MODEL_CONFIG = "config_sentence_transformers.json";
  private static final String FLAG_PREFIX = "pooling_mode_";
  private static final String SUPPORTED_POOLING = "supported: one of mean, cls, max, lasttoken";

  /** Prompts that every model has since version 5, empty unless it says what they are. */
  private static final List<String> GIVEN_PROMPTS = List.of("query", "document");

  private SentenceTransformersReader() {}

  /**
   * Reads the settings.
   *
   * @param directory of {@code modules.json}
   * @param modules as listed there
   * @throws CheckpointException naming the rule, the values and the file
   */
  static SentenceTransformers read(
      CheckpointDirectory directory, SentenceModules modules, int hiddenSize) {
    SentenceConfig transformer = SentenceConfig.read(directory.in(modules.transformerPath()));
    Optional<JsonFile> model = directory.findJson(MODEL_CONFIG);
    model.ifPresent(SentenceTransformersReader::requireWholeVectors);
    Map<String, String> prompts = model.map(SentenceTransformersReader::prompts).orElse(Map.of());
    Optional<String> prompt = model.flatMap(json -> defaultPrompt(json, prompts));
    return new SentenceTransformers(
        pooling(directory, modules, hiddenSize),
        vectorModules(directory, modules, hiddenSize),
        modules.normalize(),
        transformer.maxSeqLength(),
        transformer.lowerCase(),
        prompts,
        prompt.filter(prompts::containsKey));
  }

  private static List<VectorModule> vectorModules(
      CheckpointDirectory directory, SentenceModules modules, int hiddenSize) {
    List<VectorModule> read = new ArrayList<>();
    int width = hiddenSize;
    for (SentenceModules.Step step : modules.steps()) {
      VectorModule module = VectorModule.read(directory, step, width);
      read.add(module);
      width = module.outputs();
    }
    return read;
  }

  private static Optional<PoolingMode> pooling(
      CheckpointDirectory directory, SentenceModules modules, int hiddenSize) {
    if (modules.poolingPath().isEmpty()) {
      return Optional.empty();
    }
    String file = modules.poolingPath().get() + "/" + ConfigFile.NAME;
    Optional<JsonFile> json = directory.findJson(file);
    if (json.isEmpty() && modules.normalize().isPresent()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "there is no %s (%s)", directory.told(file), SentenceModules.FILE));
    }
    return json.map(found -> pooling(found, hiddenSize));
  }

  private static PoolingMode pooling(JsonFile json, int hiddenSize) {
    if (!json.bool("include_prompt").orElse(true)) {
      throw json.error("include_prompt false is not supported; supported: true");
    }
    for (String key : List.of("word_embedding_dimension", "embedding_dimension")) {
      Optional<Integer> width = json.positiveInt(key);
      if (width.isPresent() && width.get() != hiddenSize) {
        throw json.error("%s %d is not the hidden_size %d", key, width.get(), hiddenSize);
      }
    }
    return json.find("pooling_mode")
        .map(mode -> poolingMode(json, mode))
        .orElseGet(() -> poolingFlags(json));
  }

  private static PoolingMode poolingMode(JsonFile json, JsonNode mode) {
    JsonNode single = mode.isArray() && mode.size() == 1 ? mode.get(0) : mode;
    return PoolingMode.ofMode(single.asText().toLowerCase(Locale.ROOT))
        .orElseThrow(
            () -> json.error("pooling_mode %s is not supported; %s", mode, SUPPORTED_POOLING));
  }

  /** One flag for each mode; without any, sentence-transformers takes the mean. */
  private static PoolingMode poolingFlags(JsonFile json) {
    List<String> active = new ArrayList<>();
    for (String key : json.keys()) {
      if (key.startsWith(FLAG_PREFIX) && json.bool(key).orElse(false)) {
        active.add(key);
      }
    }
    if (json.find(FLAG_PREFIX + "mean_tokens").isEmpty()) {
      active.add(FLAG_PREFIX + "mean_tokens");
    }
    return Optional.of(active)
        .filter(flags -> flags.size() == 1)
        .flatMap(flags -> PoolingMode.ofFlag(flags.get(0)))
        .orElseThrow(
            () -> json.error("pooling by %s is not supported; %s", active, SUPPORTED_POOLING));
  }

  private static void requireWholeVectors(JsonFile json) {
    json.find("truncate_dim")
        .ifPresent(
            width -> {
              throw json.error(
                  "truncate_dim %s is not supported; supported: null, whole vectors",
                  JsonFile.told(width));
            });
  }

  private static Map<String, String> prompts(JsonFile json) {
    Map<String, String> prompts = new LinkedHashMap<>();
    Optional<JsonNode> object = json.object("prompts");
    for (Map.Entry<String, JsonNode> prompt : object.map(JsonNode::properties).orElse(Set.of())) {
      if (!prompt.getValue().isTextual()) {
        throw json.error("prompt '%s' is not a string", prompt.getKey());
      }
      prompts.put(prompt.getKey(), prompt.getValue().textValue());
    }
    return prompts;
  }

  private static Optional<String> defaultPrompt(JsonFile json, Map<String, String> prompts) {
    Optional<String> name = json.string("default_prompt_name");
    if (name.isPresent()
        && !prompts.containsKey(name.get())
        && !GIVEN_PROMPTS.contains(name.get())) {
      throw json.error(
          "default_prompt_name '%s' is not one of the prompts %s", name.get(), prompts.keySet());
    }
    return name;
  }
}
