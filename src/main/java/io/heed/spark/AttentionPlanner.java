package io.heed.spark;

import io.heed.checkpoint.AttentionTensors;
import io.heed.checkpoint.CheckpointException;
import io.heed.kernel.ReferenceKernels;
import io.heed.model.AttentionScore;
import io.heed.model.MultiHeadAttention;
import io.heed.model.MultiHeadAttention.Weights;
import io.heed.output.RunReport;
import io.heed.spark.AttentionPlan.LayerReference;
import io.heed.spark.AttentionPlan.Payload;
import java.util.Optional;

/** Decides, on the driver, how rows attend, and checks the weights once. */
public final class AttentionPlanner {
  /** {@link HeedConf#BATCH_TOKENS} as it is told where rows hold vectors. */
  public static final Setting<Integer> BATCH_VECTORS =
      HeedConf.BATCH_TOKENS
          .describedAs(
              "Vectors of queries and context computed together, which bounds the memory of a"
                  + " task; a longer row is computed alone")
          .withUnit("vectors");

  private final Settings settings;
  private final Optional<LayerReference> layer;

  /**
   * Reads the weights of the settings, if there are any.
   *
   * @throws CheckpointException when they cannot be used
   */
  public AttentionPlanner(Settings settings) {
    this.settings = settings;
    this.layer = settings.find(HeedConf.LAYER_WEIGHTS).map(this::checked);
  }

  /** The plan for rows whose payload has the given order. */
  public AttentionPlan plan(Payload payload) {
    if (layer.isEmpty()) {
      ExecutorLayers.layer(new ReferenceKernels(), heads(), score(), Optional.empty());
    }
    return new AttentionPlan(
        layer.orElse(null),
        heads(),
        score(),
        settings.value(HeedConf.MASK),
        settings.value(HeedConf.WITH_WEIGHTS) ? Weights.GIVEN : Weights.DROPPED,
        settings.value(HeedConf.VECTOR_TYPE),
        settings.value(BATCH_VECTORS),
        settings.value(HeedConf.KERNEL),
        payload);
  }

  /** What the run report says of the weights; null where there are none. */
  public RunReport.Model summary() {
    return layer
        .map(
            reference ->
                new RunReport.Model(
                    settings.required(HeedConf.LAYER_WEIGHTS),
                    reference.hash(),
                    "attention, %d heads, %s".formatted(heads(), ValueType.write(score()))))
        .orElse(null);
  }

  private LayerReference checked(String given) {
    ModelLocation file = ModelLocation.of(given);
    AttentionTensors tensors = AttentionTensors.read(file.file());
    checkWidths(tensors);
    return new LayerReference(file, tensors.hash());
  }

  /** Where the file tells the widths of what comes in, its maps must fit each other. */
  private void checkWidths(AttentionTensors tensors) {
    MultiHeadAttention attention =
        ExecutorLayers.layer(new ReferenceKernels(), heads(), score(), Optional.of(tensors));
    Optional<Integer> query = tensors.query().map(AttentionTensors.Map::inputs);
    Optional<Integer> context = tensors.key().or(tensors::value).map(AttentionTensors.Map::inputs);
    if (query.isPresent() && context.isPresent()) {
      try {
        attention.outputWidth(query.get(), context.get());
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(
            "%s (%s, %s %d)"
                .formatted(
                    e.getMessage(),
                    HeedConf.LAYER_WEIGHTS.option(),
                    HeedConf.HEADS.option(),
                    heads()),
            e);
      }
    }
  }

  private int heads() {
    return settings.value(HeedConf.HEADS);
  }

  private AttentionScore.Form score() {
    return settings.value(HeedConf.SCORE);
  }
}
