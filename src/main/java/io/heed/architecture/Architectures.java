package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.model.ModelSpec.Direction;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The families that can be computed. */
final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new Bert(),
          new Roberta(),
          new DistilBert(),
          new Electra(),
          new Mpnet(),
          new Albert(),
          new ModernBert(),
          new NomicBert(),
          new Gte(),
          new T5Encoder(),
          new DebertaV2(),
          new JinaV3(),
          new EuroBert(),
          new Gpt());

  private Architectures() {}

  /**
   * Reads what the model of a checkpoint is.
   *
   * @throws io.heed.checkpoint.CheckpointException when there is no such family, or it refuses
   */
  static Blueprint read(ConfigFile config) {
    String modelType = config.modelType();
    return ALL.stream()
        .filter(architecture -> architecture.modelTypes().contains(modelType))
        .findFirst()
        .orElseThrow(() -> config.unsupportedModelType(modelTypes(Optional.empty())))
        .read(config);
  }

  /** The values of {@code model_type} that are known, or those of one direction. */
  static List<String> modelTypes(Optional<Direction> direction) {
    Stream<Architecture> some =
        ALL.stream().filter(family -> direction.isEmpty() || direction.get() == family.direction());
    return some.flatMap(family -> family.modelTypes().stream()).toList();
  }
}
