package io.heed.gpu;

import io.heed.kernel.Activation;
import java.util.Locale;

/**
 * A linear map on the device, or two of which the one with the activation is the gate of the other:
 * {@code activation(gate(x)) · other(x)}.
 *
 * @param weight {@code [outputs, inputs]}; of two {@code [2·outputs, inputs]}, {@link #GATE_ROWS}
 *     rows of the gate before as many of the other, and so on
 * @param bias as many values as the weight has rows, in their order
 * @param outputs values that it yields
 */
record DeviceMap(
    long weight, long bias, int outputs, int inputs, Activation activation, Form form) {
  /** Rows of a gate that stand together: those whose products a thread has beside each other. */
  static final int GATE_ROWS = 8;

  /** Whether it is one map. */
  enum Form {
    ALONE(1, "product_"),
    GATED(2, "product_gated_");

    private final int maps;
    private final String kernels;

    Form(int maps, String kernels) {
      this.maps = maps;
      this.kernels = kernels;
    }
  }

  /** Rows of the weight. */
  int rows() {
    return form.maps * outputs;
  }

  /** The kernel that computes it. */
  String kernel() {
    return form.kernels + activation.name().toLowerCase(Locale.ROOT);
  }
}
