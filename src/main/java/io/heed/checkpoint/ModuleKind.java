package io.heed.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A module of sentence-transformers, by the last part of its class: it stays when they move. */
enum ModuleKind {
  TRANSFORMER("Transformer"),
  STATIC_EMBEDDING("StaticEmbedding"),
  WEIGHTED_LAYER_POOLING("WeightedLayerPooling"),
  POOLING("Pooling"),
  DENSE("Dense"),
  LAYER_NORM("LayerNorm"),
  NORMALIZE("Normalize"),
  /** Does nothing but in training. */
  DROPOUT("Dropout"),
  /** Chooses among chains of modules by what a text is for; Asym before version 5. */
  ROUTER("Router", "Asym");

  private static final String PACKAGE = "sentence_transformers.";

  /** By the same people and in the same way, for vectors of tokens. */
  private static final String LATE_INTERACTION = "pylate.";

  /** What modules are for that do not end in a vector for each text. */
  private static final Map<String, Set<String>> OTHER_RESULTS =
      Map.of(
          "a sparse vector, of a weight for each token id",
          Set.of("SpladePooling", "MLMTransformer", "SparseStaticEmbedding", "IDF"),
          "a sparse vector, of the largest of many values",
          Set.of("SparseAutoEncoder", "CSRSparsity"),
          "a vector for each of some tokens, which are compared one by one",
          Set.of("MultiVectorMask", "HierarchicalTokenPooling"),
          "a score of two texts",
          Set.of("LogitScore"));

  private final List<String> classNames;

  ModuleKind(String... classNames) {
    this.classNames = List.of(classNames);
  }

  /**
   * The kind of a module's class.
   *
   * @param type full name of the class
   * @throws CheckpointException in the file when it is not computed
   */
  static ModuleKind of(JsonFile json, String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    if (type.startsWith(LATE_INTERACTION)) {
      throw json.error(
          "module type '%s' is not supported: it is for vectors of single tokens", type);
    }
    if (!type.startsWith(PACKAGE)) {
      throw json.error(
          "module type '%s' is code of the checkpoint's own, which is not run; supported: %s of"
              + " sentence_transformers",
          type, all());
    }
    OTHER_RESULTS.forEach(
        (result, classes) -> {
          if (classes.contains(name)) {
            throw json.error(
                "module %s gives %s; supported are modules that end in one dense vector for each"
                    + " text",
                name, result);
          }
        });
    return Arrays.stream(values())
        .filter(kind -> kind.classNames.contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                json.error(
                    "module type '%s' is not supported; supported: %s of sentence_transformers",
                    type, all()));
  }

  /** The name that errors call it by. */
  String className() {
    return classNames.get(0);
  }

  private static String all() {
    return Arrays.stream(values()).map(ModuleKind::className).collect(Collectors.joining(", "));
  }
}
