package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Optional;

/**
 * What attention writes.
 *
 * @param context {@code [Tq, H·Dv]}, head h in columns {@code h·Dv} to {@code (h+1)·Dv}
 * @param weights those of every head, where they are wanted
 */
public record AttentionOutputs(Matrix context, Optional<AttentionWeights> weights) {

  /** The context alone. */
  public static AttentionOutputs of(Matrix context) {
    return new AttentionOutputs(context, Optional.empty());
  }

  /**
   * Checks that there is room for a context.
   *
   * @throws IllegalArgumentException when there is not
   */
  void check(AttentionInputs inputs) {
    int width = Math.multiplyExact(inputs.heads(), inputs.valueWidth());
    Shapes.require(
        context.rows() == inputs.queries().rows() && context.columns() == width,
        "a context of %d x %d does not fit %d queries and values of width %d",
        context.rows(),
        context.columns(),
        inputs.queries().rows(),
        width);
  }
}
