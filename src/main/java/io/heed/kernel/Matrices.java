package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Products of matrices, and the weights that they read. {@link Kernels} fixes the bits. */
public interface Matrices {

  /** Packed weights of zeros for a map of {@code inputs} values to {@code outputs} values. */
  PackedMatrix allocate(int outputs, int inputs);

  /**
   * Packs {@code weights} {@code [n, inputs]} as the outputs {@code firstOutput} to {@code
   * firstOutput + n} of {@code target}.
   */
  void pack(Matrix weights, PackedMatrix target, int firstOutput);

  /**
   * The same of weights {@code [inputs, n]} that are stored the other way round, as transformers'
   * {@code Conv1D} has them.
   */
  void packTransposed(Matrix weights, PackedMatrix target, int firstOutput);

  /**
   * Copies rows of {@code W} out of packed weights: a table of embeddings that is a map as well.
   *
   * @param rows numbers of outputs of the map, of which the first {@code count} are asked for
   * @param output {@code [count, inputs]}
   */
  void gather(PackedMatrix weights, int[] rows, int count, Matrix output);

  /**
   * {@code output = activation(input · Wᵀ + bias)}.
   *
   * @param input {@code [T, inputs]}
   * @param output {@code [T, outputs]}, not overlapping {@code input}
   */
  void linear(Matrix input, Projection projection, Matrix output, Scratch scratch);

  /**
   * {@code output = outer(inner(input))}: a linear map after another, as {@link #linear} computes
   * them, without room for all the values between them.
   *
   * @param input {@code [T, inputs of inner]}
   * @param output {@code [T, outputs of outer]}, not overlapping {@code input}
   */
  void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch);

  /**
   * {@code output = outer(gate(input) · inner(input))}, the product element by element, as {@link
   * #linear} and {@link Elements#multiply} compute it, without room for all the values between.
   *
   * @param input {@code [T, inputs of gate and inner]}
   * @param output {@code [T, outputs of outer]}, not overlapping {@code input}
   */
  void linearGated(
      Matrix input,
      Projection gate,
      Projection inner,
      Projection outer,
      Matrix output,
      Scratch scratch);

  /**
   * The products of {@code n} pairs of matrices, {@code [n, a, b] x [n, b, c]} to {@code [n, a,
   * c]}, those of an operand one below the other: {@code output_i = left_i · right_i}. Where b is 0
   * the output is zeros.
   *
   * @param left {@code [n · a, b]}
   * @param right {@code [n · b, c]}
   * @param output {@code [n · a, c]}, not overlapping the operands
   */
  void multiplyBatch(Matrix left, Matrix right, int n, Matrix output, Scratch scratch);
}
