package io.heed.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where the values of a tensor stand in its storage: going one on in a dimension goes so many
 * values on in the storage. Only dimensions of more than one place are here.
 *
 * @param dimensions from the one of the longest steps to the one of the shortest
 */
record Strides(List<Dimension> dimensions) {

  /**
   * A dimension.
   *
   * @param size its places, above 1
   * @param step values of the storage from one place to the next
   * @param outputStep values of the tensor, outermost dimension first, from one to the next
   */
  record Dimension(long size, long step, long outputStep) {}

  Strides {
    dimensions = List.copyOf(dimensions);
  }

  /**
   * The strides of a tensor with values.
   *
   * @param sizes of each dimension, above 0, whose product is a long
   * @param steps of each dimension, not negative
   */
  static Strides of(List<Long> sizes, List<Long> steps) {
    List<Dimension> dimensions = new ArrayList<>();
    long outputStep = 1;
    for (int i = sizes.size() - 1; i >= 0; i--) {
      if (sizes.get(i) > 1) {
        dimensions.add(new Dimension(sizes.get(i), steps.get(i), outputStep));
      }
      outputStep *= sizes.get(i);
    }
    dimensions.sort(Comparator.comparingLong(Dimension::step).reversed());
    return new Strides(dimensions);
  }

  /** Whether the values stand in the order of the tensor, one after another. */
  boolean rowMajor() {
    return dimensions.stream().allMatch(dimension -> dimension.step == dimension.outputStep);
  }

  /**
   * Values of the storage from the first of the tensor to the last, both included.
   *
   * @throws ArithmeticException when that is no long
   */
  long span() {
    long span = 1;
    for (Dimension dimension : dimensions) {
      span = Math.addExact(span, Math.multiplyExact(dimension.size - 1, dimension.step));
    }
    return span;
  }

  /** Whether no two places of the tensor are the same value of the storage for sure. */
  boolean distinct() {
    long inner = 1;
    for (int i = dimensions.size() - 1; i >= 0; i--) {
      Dimension dimension = dimensions.get(i);
      if (dimension.step < inner) {
        return false;
      }
      inner += (dimension.size - 1) * dimension.step;
    }
    return true;
  }
}
