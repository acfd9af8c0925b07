package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;

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

  /**
   * The same with what it is given added to it.
   *
   * @param shortcut a map of that, where it has another number of values
   */
  public record Added(Linear map, Optional<Linear> shortcut) implements Step {}

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
      if (step instanceof Mapped mapped) {
        width = mapped.map().outputs();
      } else if (step instanceof Added added) {
        width = added.map().outputs();
      }
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
    for (Step step : steps) {
      if (step instanceof Mapped mapped) {
        current = mapped(mapped.map(), current, workspace);
      } else if (step instanceof Added added) {
        current = added(added, current, workspace);
      } else if (step instanceof Normed normed) {
        normed.norm().forward(current, current, workspace);
      } else {
        kernels.normalizeRows(current, workspace.scratch());
      }
    }
    return current;
  }

  private Matrix added(Added step, Matrix vectors, Workspace workspace) {
    Matrix mapped = mapped(step.map(), vectors, workspace);
    Matrix shortcut = vectors;
    if (step.shortcut().isPresent()) {
      shortcut = workspace.matrix(Buffer.BRANCH, vectors.rows(), mapped.columns());
      step.shortcut().get().forward(vectors, shortcut, workspace);
    }
    kernels.add(shortcut, mapped);
    return mapped;
  }

  /** Between two buffers: none of them holds what is mapped when it holds the result. */
  private static Matrix mapped(Linear map, Matrix vectors, Workspace workspace) {
    Matrix next = workspace.matrix(Buffer.VECTORS, vectors.rows(), map.outputs());
    if (next.data() == vectors.data()) {
      next = workspace.matrix(Buffer.OTHER_VECTORS, vectors.rows(), map.outputs());
    }
    map.forward(vectors, next, workspace);
    return next;
  }
}
