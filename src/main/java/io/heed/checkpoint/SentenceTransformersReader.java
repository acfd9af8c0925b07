package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the files that sentence-transformers adds to a checkpoint. What would change the vectors
 * and is not supported is refused, never skipped.
 */
final class SentenceTransformersReader {
  private static final String MODULES = "modules.json";
  private static final String TRANSFORMER_CONFIG = "sentence_bert_config.json";
  private static final String MODEL_CONFIG = "config_sentence_transformers.json";
  private static final String FLAG_PREFIX = "pooling_mode_";
  private static final String SUPPORTED_POOLING = "supported: one of mean, cls, max, lasttoken";

  private final CheckpointDirectory directory;
  private final int hiddenSize;
  private final Set<String> files = new TreeSet<>();
  private String poolingPath = "1_Pooling";
  private Optional<Boolean> normalize = Optional.empty();

  private SentenceTransformersReader(CheckpointDirectory directory, int hiddenSize) {
    this.directory = directory;
    this.hiddenSize = hiddenSize;
  }

  /** The settings and the names of the files that they come from. */
  record Result(SentenceTransformers settings, Set<String> files) {}

  static Result read(CheckpointDirectory directory, int hiddenSize) {
    SentenceTransformersReader reader = new SentenceTransformersReader(directory, hiddenSize);
    return new Result(reader.settings(), reader.files);
  }

  private SentenceTransformers settings() {
    open(MODULES).ifPresent(this::readModules);
    Optional<PoolingMode> pooling = Optional.empty();
    if (poolingPath != null) {
      pooling = open(poolingPath + "/" + ConfigFile.NAME).map(this::pooling);
      if (pooling.isEmpty() && normalize.isPresent()) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT, "there is no %s/%s (%s)", poolingPath, ConfigFile.NAME, MODULES));
      }
    }
    Optional<JsonFile> transformer = open(TRANSFORMER_CONFIG);
    Optional<Integer> length = transformer.flatMap(json -> json.positiveInt("max_seq_length"));
    Optional<Boolean> lowerCase = transformer.flatMap(json -> json.bool("do_lower_case"));
    Optional<JsonFile> model = open(MODEL_CONFIG);
    Map<String, String> prompts = model.map(SentenceTransformersReader::prompts).orElse(Map.of());
    return new SentenceTransformers(
        pooling,
        normalize,
        length.map(OptionalInt::of).orElse(OptionalInt.empty()),
        lowerCase.orElse(false),
        prompts,
        model.flatMap(json -> defaultPrompt(json, prompts)));
  }

  private Optional<JsonFile> open(String name) {
    Optional<JsonFile> json = directory.find(name).map(path -> JsonFile.read(path, name));
    json.ifPresent(file -> files.add(name));
    return json;
  }

  private void readModules(JsonFile json) {
    List<String> types = new ArrayList<>();
    poolingPath = null;
    for (JsonNode module : json.array()) {
      String type = module.path("type").asText();
      String path = module.path("path").asText();
      // Class names moved between versions of sentence-transformers; the last part stayed.
      String simpleName = type.substring(type.lastIndexOf('.') + 1);
      types.add(simpleName);
      switch (simpleName) {
        case "Transformer" -> requireRoot(json, path);
        case "Pooling" -> poolingPath = path;
        case "Normalize" -> {}
        default ->
            throw json.error(
                "module type '%s' is not supported; supported: Transformer, Pooling, Normalize",
                type);
      }
    }
    boolean normalized = types.remove("Normalize");
    if (!types.equals(List.of("Transformer", "Pooling"))
        && !(types.equals(List.of("Transformer")) && !normalized)) {
      throw json.error(
          "modules %s%s are not supported; supported: Transformer, Pooling, Normalize in this order",
          types, normalized ? " with Normalize" : "");
    }
    normalize = Optional.of(normalized);
  }

  private static void requireRoot(JsonFile json, String path) {
    if (!path.isEmpty()) {
      throw json.error(
          "the Transformer module is in '%s'; supported: the checkpoint's own directory", path);
    }
  }

  private PoolingMode pooling(JsonFile json) {
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
    return PoolingMode.ofMode(single.asText())
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
    if (name.isPresent() && !prompts.containsKey(name.get())) {
      throw json.error(
          "default_prompt_name '%s' is not one of the prompts %s", name.get(), prompts.keySet());
    }
    return name;
  }
}
