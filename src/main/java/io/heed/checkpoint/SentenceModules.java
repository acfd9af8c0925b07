package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chain of modules that {@code modules.json} of sentence-transformers lists.
 *
 * @param transformerPath folder of the transformer and its tokenizer, empty for the checkpoint's
 *     own directory; before version 1 it was {@code 0_Transformer}
 * @param poolingPath folder of the pooling; empty where none is listed
 * @param normalize whether the vectors are normalised last; empty without the file
 */
record SentenceModules(
    String transformerPath, Optional<String> poolingPath, Optional<Boolean> normalize) {
  static final String FILE = "modules.json";

  private static final String DEFAULT_POOLING = "1_Pooling";
  private static final String PACKAGE = "sentence_transformers.";
  private static final String TRANSFORMER = "Transformer";
  private static final String POOLING = "Pooling";
  private static final String NORMALIZE = "Normalize";

  /** What is looked for where there is no such file. */
  private static final SentenceModules NONE =
      new SentenceModules("", Optional.of(DEFAULT_POOLING), Optional.empty());

  /**
   * Reads the file, if there is one.
   *
   * @throws CheckpointException for modules, or an order of them, that are not computed
   */
  static SentenceModules read(CheckpointDirectory directory) {
    return directory.findJson(FILE).map(SentenceModules::read).orElse(NONE);
  }

  private static SentenceModules read(JsonFile json) {
    List<String> types = new ArrayList<>();
    List<String> paths = new ArrayList<>();
    for (JsonNode module : json.array()) {
      types.add(type(json, module.path("type").asText()));
      paths.add(module.path("path").asText());
    }
    boolean normalize = !types.isEmpty() && types.get(types.size() - 1).equals(NORMALIZE);
    List<String> computed =
        normalize
            ? List.of(TRANSFORMER, POOLING, NORMALIZE)
            : List.of(TRANSFORMER, POOLING).subList(0, Math.min(2, Math.max(1, types.size())));
    if (!types.equals(computed)) {
      throw json.error(
          "modules %s are not supported; supported: Transformer, Pooling, Normalize in this order",
          types);
    }
    Optional<String> pooling = types.size() > 1 ? Optional.of(paths.get(1)) : Optional.empty();
    return new SentenceModules(paths.get(0), pooling, Optional.of(normalize));
  }

  /** The class of a module, of which the last part stayed when it moved between versions. */
  private static String type(JsonFile json, String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    boolean known = List.of(TRANSFORMER, POOLING, NORMALIZE).contains(name);
    if (!known || !type.startsWith(PACKAGE)) {
      throw json.error(
          "module type '%s' is not supported; supported: Transformer, Pooling, Normalize of"
              + " sentence_transformers",
          type);
    }
    return name;
  }
}
