package io.heed.spark;

import io.heed.engine.AttentionEngine.Order;
import io.heed.model.AttentionScore;
import io.heed.model.MultiHeadAttention.Weights;
import java.io.Serializable;

/**
 * Everything that a task needs to know to attend; small, and the same for all tasks.
 *
 * @param layer where the weights are, or null where values pass as they are
 * @param heads number of heads
 * @param score how queries and keys are compared
 * @param order which keys a query may see by its place
 * @param weights whether the output has them
 * @param vectorType how the context vectors stand in the output
 * @param batchVectors vectors that are computed together
 * @param kernel which kernels compute
 * @param payload where the values of a row stand
 */
public record AttentionPlan(
    LayerReference layer,
    int heads,
    AttentionScore.Form score,
    Order order,
    Weights weights,
    VectorType vectorType,
    int batchVectors,
    HeedConf.KernelChoice kernel,
    Payload payload)
    implements Serializable {

  /**
   * Indices in the payload of a row; the queries stand first.
   *
   * @param context -1 for self-attention
   * @param mask -1 where rows have none
   */
  public record Payload(int context, int mask) implements Serializable {}

  /**
   * What travels with the tasks instead of weights.
   *
   * @param file where it is
   * @param hash content hash of the file that the driver saw
   */
  public record LayerReference(ModelLocation file, String hash) implements Serializable {}
}
