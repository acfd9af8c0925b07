package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The chain of modules that {@code modules.json} of sentence-transformers lists.
 *
 * @param transformerPath folder of the transformer and its tokenizer, empty for the checkpoint's
 *     own directory; before version 1 it was {@code 0_Transformer}
 * @param poolingPath folder of the pooling; empty where none is listed
 * @param steps what happens to a vector behind the pooling, but for a last normalisation
 * @param normalize whether the vectors are normalised last; empty without the file
 */
record SentenceModules(
    String transformerPath,
    Optional<String> poolingPath,
    List<Step> steps,
    Optional<Boolean> normalize) {
  static final String FILE = "modules.json";

  private static final String DEFAULT_POOLING = "1_Pooling";
  private static final String PACKAGE = "sentence_transformers.";

  /** The modules that are computed, by the last part of their class: it stays when they move. */
  private enum Kind {
    TRANSFORMER("Transformer"),
    POOLING("Pooling"),
    DENSE("Dense"),
    LAYER_NORM("LayerNorm"),
    NORMALIZE("Normalize"),
    DROPOUT("Dropout");

    private final String className;

    Kind(String className) {
      this.className = className;
    }

    static String all() {
      return Arrays.stream(values()).map(kind -> kind.className).collect(Collectors.joining(", "));
    }
  }

  /**
   * A module that turns a vector into another.
   *
   * @param path its folder
   */
  record Step(StepKind kind, String path) {}

  /** What a step does. */
  enum StepKind {
    /** A linear map and an activation. */
    DENSE,
    /** Layer normalisation. */
    LAYER_NORM,
    /** Scales the vector to length 1. */
    NORMALIZE
  }

  /** What is looked for where there is no such file. */
  private static final SentenceModules NONE =
      new SentenceModules("", Optional.of(DEFAULT_POOLING), List.of(), Optional.empty());

  private record Listed(Kind kind, String path) {}

  /**
   * Reads the file, if there is one.
   *
   * @throws CheckpointException for modules, or an order of them, that are not computed
   */
  static SentenceModules read(CheckpointDirectory directory) {
    return directory.findJson(FILE).map(SentenceModules::read).orElse(NONE);
  }

  private static SentenceModules read(JsonFile json) {
    List<Listed> modules = new ArrayList<>();
    for (JsonNode module : json.array()) {
      Kind kind = kind(json, module.path("type").asText());
      if (kind != Kind.DROPOUT) {
        modules.add(new Listed(kind, module.path("path").asText()));
      }
    }
    for (int i = 0; i < Math.max(2, modules.size()); i++) {
      if (i < modules.size() ? !fits(i, modules.get(i).kind()) : i == 0) {
        throw json.error(
            "modules %s are not supported; supported: Transformer, Pooling, and behind these Dense,"
                + " LayerNorm and Normalize",
            modules.stream().map(module -> module.kind().className).toList());
      }
    }
    boolean normalize = modules.get(modules.size() - 1).kind() == Kind.NORMALIZE;
    List<Step> steps = new ArrayList<>();
    for (int i = 2; i < modules.size() - (normalize ? 1 : 0); i++) {
      StepKind kind = StepKind.valueOf(modules.get(i).kind().name());
      steps.add(new Step(kind, modules.get(i).path()));
    }
    Optional<String> pooling =
        modules.size() > 1 ? Optional.of(modules.get(1).path()) : Optional.empty();
    return new SentenceModules(
        modules.get(0).path(), pooling, List.copyOf(steps), Optional.of(normalize));
  }

  private static boolean fits(int index, Kind kind) {
    return switch (kind) {
      case TRANSFORMER -> index == 0;
      case POOLING -> index == 1;
      default -> index > 1;
    };
  }

  private static Kind kind(JsonFile json, String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.className.equals(name) && type.startsWith(PACKAGE))
        .findFirst()
        .orElseThrow(
            () ->
                json.error(
                    "module type '%s' is not supported; supported: %s of sentence_transformers",
                    type, Kind.all()));
  }
}
