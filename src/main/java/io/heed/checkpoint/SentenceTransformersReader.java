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

  /** Prompts that every model has since version 5, empty unless it says what they are. */
  private static final List<String> GIVEN_PROMPTS =
      List.of(SentenceTransformers.QUERY, SentenceTransformers.DOCUMENT);

  private SentenceTransformersReader() {}

  /**
   * Reads the settings.
   *
   * @param directory of {@code modules.json}
   * @param modules as listed there
   * @param config of a transformer, which says how it is pooled where nothing else does
   * @throws CheckpointException naming the rule, the values and the file
   */
  static SentenceTransformers read(
      CheckpointDirectory directory, SentenceModules modules, ConfigFile config, int hiddenSize) {
    SentenceConfig transformer = SentenceConfig.read(directory.in(modules.sourcePath()));
    Optional<JsonFile> model = directory.findJson(SentenceTransformers.FILE);
    Map<String, String> prompts = model.map(SentenceTransformersReader::prompts).orElse(Map.of());
    Optional<String> prompt = model.flatMap(json -> defaultPrompt(json, prompts));
    Optional<TokenPooling> pooling =
        pooling(directory, modules, hiddenSize)
            .or(
                () ->
                    modules.normalize().isEmpty()
                        ? TokenPooling.ofBareModel(config)
                        : Optional.empty());
    int pooled = pooling.map(found -> found.outputs(hiddenSize)).orElse(hiddenSize);
    return new SentenceTransformers(
        pooling,
        // Without the states of all layers sentence-transformers passes the last one on.
        modules
            .layerPoolingPath()
            .filter(path -> transformer.allLayers(config))
            .map(path -> LayerPooling.read(directory, path, hiddenSize)),
        vectorModules(directory, modules, pooled),
        modules.normalize(),
        transformer.maxSeqLength(),
        transformer.lowerCase(),
        prompts,
        prompt.filter(prompts::containsKey),
        model.flatMap(json -> json.positiveInt("truncate_dim")),
        modules.tasks());
  }

  private static List<VectorModule> vectorModules(
      CheckpointDirectory directory, SentenceModules modules, int inputs) {
    List<VectorModule> read = new ArrayList<>();
    int width = inputs;
    for (SentenceModules.Step step : modules.steps()) {
      VectorModule module = VectorModule.read(directory, step, width);
      read.add(module);
      width = module.outputs();
    }
    return read;
  }

  private static Optional<TokenPooling> pooling(
      CheckpointDirectory directory, SentenceModules modules, int hiddenSize) {
    if (modules.poolingPath().isEmpty()) {
      return Optional.empty();
    }
    String file = ModuleChain.file(modules.poolingPath().get(), ConfigFile.NAME);
    Optional<JsonFile> json = directory.findJson(file);
    if (json.isEmpty() && modules.normalize().isPresent()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "there is no %s (%s)", directory.told(file), ModuleChain.FILE));
    }
    return json.map(found -> TokenPooling.read(found, hiddenSize));
  }

  private static Map<String, String> prompts(JsonFile json) {
    Map<String, String> prompts = new LinkedHashMap<>();
    Optional<JsonNode> object = json.object("prompts");
    for (Map.Entry<String, JsonNode> prompt : object.map(JsonNode::properties).orElse(Set.of())) {
      JsonNode text = prompt.getValue();
      if (!text.isTextual() && !text.isNull()) {
        throw json.error("prompt '%s' is not a string", prompt.getKey());
      }
      prompts.put(prompt.getKey(), text.isNull() ? "" : text.textValue());
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
