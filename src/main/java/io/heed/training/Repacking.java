package io.heed.training;

import java.util.function.Consumer;

/**
 * Something to be brought into the order of the kernels when weights have changed.
 *
 * @param values how many there are, by which the work is shared out
 * @param of does it for the weights of all parameters
 */
record Repacking(int values, Consumer<float[]> of) {

  /** A vector that kernels read in an array of its own. */
  static Repacking copy(Parameter parameter, float[] target) {
    return new Repacking(
        parameter.size(),
        weights -> System.arraycopy(weights, parameter.at(), target, 0, target.length));
  }
}
