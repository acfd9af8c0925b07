package io.heed.attend;

import io.heed.checkpoint.AttentionTensors;
import io.heed.checkpoint.CheckpointException;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionMaps;
import io.heed.layer.AttentionScore;
import io.heed.layer.LinearMap;
import io.heed.layer.MultiHeadAttention;
import io.heed.spark.executor.ExecutorCache;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** The attention layers of this JVM: each is loaded once and shared read-only by all its tasks. */
final class ExecutorLayers {
  private static final ExecutorCache<Key, MultiHeadAttention> LAYERS = new ExecutorCache<>();

  private record Key(String hash, int heads, AttentionScore.Form score, String kernels) {}

  private ExecutorLayers() {}

  /**
   * The layer, loaded if it is not yet.
   *
   * @param weights where its weights are; empty where values pass as they are
   * @throws CheckpointException when the file differs from the one that the driver saw
   */
  static MultiHeadAttention get(
      Optional<WeightsReference> weights, int heads, AttentionScore.Form score, Kernels kernels) {
    String hash = weights.map(WeightsReference::hash).orElse("");
    Key key = new Key(hash, heads, score, kernels.name());
    return LAYERS.get(key, () -> layer(kernels, heads, score, weights.map(ExecutorLayers::read)));
  }

  private static AttentionTensors read(WeightsReference weights) {
    AttentionTensors tensors = AttentionTensors.read(weights.file().file());
    weights.requireSame(tensors.hash());
    return tensors;
  }

  private static MultiHeadAttention layer(
      Kernels kernels, int heads, AttentionScore.Form form, Optional<AttentionTensors> tensors) {
    return new MultiHeadAttention(kernels, heads, maps(tensors), score(form, tensors));
  }

  /** The maps of some weights. */
  static AttentionMaps maps(Optional<AttentionTensors> tensors) {
    return new AttentionMaps(
        tensors.flatMap(AttentionTensors::query).map(ExecutorLayers::map),
        tensors.flatMap(AttentionTensors::key).map(ExecutorLayers::map),
        tensors.flatMap(AttentionTensors::value).map(ExecutorLayers::map),
        tensors.flatMap(AttentionTensors::output).map(ExecutorLayers::map));
  }

  /**
   * How some weights compare.
   *
   * @throws IllegalStateException when the score needs a tensor that the file lacks, which the
   *     planner has checked
   */
  static AttentionScore score(AttentionScore.Form form, Optional<AttentionTensors> tensors) {
    return switch (form) {
      case SCALED_DOT -> AttentionScore.scaledDot();
      case DOT -> AttentionScore.dot();
      case GENERAL ->
          AttentionScore.general(
              tensors
                  .flatMap(AttentionTensors::scoreWeight)
                  .map(ExecutorLayers::map)
                  .orElseThrow(() -> new IllegalStateException("score.weight"))
                  .weight());
      case ADDITIVE ->
          AttentionScore.additive(
              tensors
                  .flatMap(AttentionTensors::scoreVector)
                  .orElseThrow(() -> new IllegalStateException("score.vector")));
      case GAUSSIAN -> AttentionScore.gaussian();
    };
  }

  private static LinearMap map(AttentionTensors.StoredMap map) {
    return new LinearMap(Matrix.of(map.weight(), map.outputs(), map.inputs()), map.bias());
  }
}
