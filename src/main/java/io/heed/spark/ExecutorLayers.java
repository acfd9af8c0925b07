package io.heed.spark;

import io.heed.checkpoint.AttentionTensors;
import io.heed.checkpoint.CheckpointException;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionMaps;
import io.heed.layer.AttentionScore;
import io.heed.layer.LinearMap;
import io.heed.layer.MultiHeadAttention;
import io.heed.settings.ValueType;
import io.heed.tensor.Matrix;
import java.util.Locale;
import java.util.Optional;

/** The attention layers of this JVM: each is loaded once and shared read-only by all its tasks. */
final class ExecutorLayers {
  private static final ExecutorCache<Key, MultiHeadAttention> LAYERS = new ExecutorCache<>();

  private record Key(String hash, int heads, AttentionScore.Form score, String kernels) {}

  private ExecutorLayers() {}

  /**
   * The layer, loaded if it is not yet.
   *
   * @throws CheckpointException when the file differs from the one that the driver saw
   */
  static MultiHeadAttention get(AttentionPlan plan, Kernels kernels) {
    String hash = plan.layer() == null ? "" : plan.layer().hash();
    Key key = new Key(hash, plan.heads(), plan.score(), kernels.name());
    return LAYERS.get(key, () -> load(plan, kernels));
  }

  private static MultiHeadAttention load(AttentionPlan plan, Kernels kernels) {
    Optional<AttentionTensors> tensors =
        Optional.ofNullable(plan.layer())
            .map(reference -> AttentionTensors.read(reference.file().file()));
    tensors.ifPresent(read -> plan.layer().requireSame(read.hash()));
    return layer(kernels, plan.heads(), plan.score(), tensors);
  }

  /**
   * The layer of some weights.
   *
   * @throws CheckpointException when the score needs a tensor that the file lacks
   */
  static MultiHeadAttention layer(
      Kernels kernels, int heads, AttentionScore.Form form, Optional<AttentionTensors> tensors) {
    AttentionMaps maps =
        new AttentionMaps(
            tensors.flatMap(AttentionTensors::query).map(ExecutorLayers::map),
            tensors.flatMap(AttentionTensors::key).map(ExecutorLayers::map),
            tensors.flatMap(AttentionTensors::value).map(ExecutorLayers::map),
            tensors.flatMap(AttentionTensors::output).map(ExecutorLayers::map));
    return new MultiHeadAttention(kernels, heads, maps, score(form, tensors));
  }

  private static AttentionScore score(
      AttentionScore.Form form, Optional<AttentionTensors> tensors) {
    return switch (form) {
      case SCALED_DOT -> AttentionScore.scaledDot();
      case DOT -> AttentionScore.dot();
      case GENERAL ->
          AttentionScore.general(
              tensors
                  .flatMap(AttentionTensors::scoreWeight)
                  .map(ExecutorLayers::map)
                  .orElseThrow(() -> missing(form, "score.weight"))
                  .weight());
      case ADDITIVE ->
          AttentionScore.additive(
              tensors
                  .flatMap(AttentionTensors::scoreVector)
                  .orElseThrow(() -> missing(form, "score.vector")));
      case GAUSSIAN -> AttentionScore.gaussian();
    };
  }

  private static CheckpointException missing(AttentionScore.Form form, String tensor) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "%s %s needs the tensor %s (%s)",
            HeedConf.SCORE.option(),
            ValueType.write(form),
            tensor,
            HeedConf.LAYER_WEIGHTS.option()));
  }

  private static LinearMap map(AttentionTensors.Map map) {
    return new LinearMap(Matrix.of(map.weight(), map.outputs(), map.inputs()), map.bias());
  }
}
