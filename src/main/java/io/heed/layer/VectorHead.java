package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;

/**
 * What turns pooled vectors into others, step by step. Immutable, and for all threads of a JVM.
 *
 * @param steps in order, each taking what the one before gives
 */
public record VectorHead(Kernels kernels, List<Step> steps) {

  /** One step. */
  public sealed interface Step {}

  /** A linear map and its activation. */
  public record Mapped(Linear map) implements Step {}

  /** A norm that has learned. */
  public record Normed(Norm norm) implements Step {}

  /** Each vector is scaled to length 1. */
  public record Scaled() implements Step {}

  /** Copies the steps. */
  public VectorHead {
    steps = List.copyOf(steps);
  }

  /** No step: vectors stay as they are pooled. */
  public static VectorHead none(Kernels kernels) {
    return new VectorHead(kernels, List.of());
  }

  /** Values of a vector behind all steps, of {@code inputs} before them. */
  public int outputs(int inputs) {
    int width = inputs;
    for (Step step : steps) {
      width = step instanceof Mapped mapped ? mapped.map().outputs() : width;
    }
    return width;
  }

  /**
   * The vectors behind all steps.
   *
   * @param vectors {@code [n, inputs]}, which may be changed
   * @return {@code [n, outputs]}, valid until the workspace is used again
   */
  public Matrix forward(Matrix vectors, Workspace workspace) {
    Matrix current = vectors;
    Buffer free = Buffer.VECTORS;
    for (Step step : steps) {
      if (step instanceof Mapped mapped) {
        Matrix next = workspace.matrix(free, current.rows(), mapped.map().outputs());
        mapped.map().forward(current, next, workspace);
        free = free == Buffer.VECTORS ? Buffer.OTHER_VECTORS : Buffer.VECTORS;
        current = next;
      } else if (step instanceof Normed normed) {
        normed.norm().forward(current, current, workspace);
      } else {
        kernels.normalizeRows(current, workspace.scratch());
      }
    }
    return current;
  }
}
