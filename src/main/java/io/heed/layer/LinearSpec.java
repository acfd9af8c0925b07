package io.heed.layer;

import io.heed.kernel.Activation;
import java.util.List;

/**
 * What a linear map is.
 *
 * @param outputs values that it yields
 * @param inputs values that it takes
 * @param bias whether it adds one
 * @param activation what follows
 */
public record LinearSpec(int outputs, int inputs, Bias bias, Activation activation) {

  /** A map with a bias, which nothing follows. */
  public static LinearSpec of(int outputs, int inputs) {
    return new LinearSpec(outputs, inputs, Bias.LEARNED, Activation.NONE);
  }

  /** The same map with a bias or without. */
  public LinearSpec with(Bias other) {
    return new LinearSpec(outputs, inputs, other, activation);
  }

  /** The same map with an activation. */
  public LinearSpec then(Activation other) {
    return new LinearSpec(outputs, inputs, bias, other);
  }

  /**
   * So many maps as one that takes the inputs of all. Each has its own values, so none has a bias.
   *
   * @throws IllegalArgumentException when they add one
   */
  LinearSpec below(int count) {
    if (bias != Bias.NONE) {
      throw new IllegalArgumentException("maps stored one below the other have no bias");
    }
    return new LinearSpec(outputs, Math.multiplyExact(inputs, count), bias, activation);
  }

  /** The maps as one, the outputs of each behind those of the one before. */
  static LinearSpec stacked(List<LinearSpec> parts) {
    int outputs = parts.stream().mapToInt(LinearSpec::outputs).reduce(0, Math::addExact);
    LinearSpec first = parts.get(0);
    return new LinearSpec(outputs, first.inputs, first.bias, Activation.NONE);
  }
}
