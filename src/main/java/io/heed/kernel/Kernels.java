package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * The numeric operations of a transformer on packed sequences, float32. Every implementation gives
 * the same bits for the same values, whatever rows stand beside them in a batch.
 *
 * <p>Implementations hold no state: one instance serves all threads of a JVM, each with a {@link
 * Scratch} of its own. Shapes are checked at the entrance of each operation.
 *
 * <p>The arithmetic that fixes the bits:
 *
 * <ul>
 *   <li>An element of a product is, for each block of {@link #K_BLOCK} along k, a chain of fused
 *       multiply-adds in increasing k, the first from the bias, or +0 where there is none, later
 *       ones from +0; block sums are added in order; then the activation.
 *   <li>Sums along a row run in 16 lanes, element i in lane i mod 16, lanes past the end +0, folded
 *       8, 4, 2, 1. Sums over tokens run in token order.
 *   <li>2^x, erf and tanh are the polynomials of {@link ScalarMath}.
 * </ul>
 */
public interface Kernels {

  /** Length of a block along k. It fixes the bits of every product. */
  int K_BLOCK = 384;

  /** What the run report calls this implementation, such as {@code simd-512}. */
  String name();

  /** Packed weights of zeros for a map of {@code inputs} values to {@code outputs} values. */
  PackedMatrix allocate(int outputs, int inputs);

  /**
   * Packs {@code weights} {@code [n, inputs]} as the outputs {@code firstOutput} to {@code
   * firstOutput + n} of {@code target}.
   */
  void pack(Matrix weights, PackedMatrix target, int firstOutput);

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
   * Attention of every head of every sequence: {@code softmax(score(Q, K)) V}. To a score is added
   * the {@link RelativeBias}, where there is one. With {@code max} the largest score of a row and
   * {@code f = scale·log2(e)}, {@code e = 2^fma(score, f, -max·f)}, and 0 where the key is hidden;
   * dropout applies to e; the product with V uses {@code e} and is multiplied by {@code 1 / Σe}, of
   * e before dropout, as {@code fma(x, 1 / Σe, +0)}. Where a query sees no key, e is 0 for all of
   * them, or 1 for all of them, as {@link AttentionMask#noVisibleKey} says. The weights that come
   * out are those that average the values: after dropout. Of a sequence with a key or value that is
   * not finite the bits are not fixed, also where it is hidden.
   *
   * @param outputs not overlapping the inputs
   */
  void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch);

  /**
   * Room for the keys and values of a layer.
   *
   * @param places tokens of all sequences, a multiple of {@link KeyValues#RUN_MULTIPLE}
   */
  KeyValues allocateKeyValues(int heads, int headWidth, int places);

  /**
   * Causal attention with scaled dot products of sequences that go on: puts the keys and values of
   * the new tokens into the cache, then lets each new token attend to itself and all tokens before
   * it. The bits are those of {@link #attention} over the whole sequence.
   *
   * @param context {@code [T, D]}, not overlapping the inputs
   */
  void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch);

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

  /** Softmax of every row of {@code scores · scale}, in place: {@code e · (1 / Σe)}. */
  void softmax(Matrix scores, float scale, Scratch scratch);

  /**
   * {@code log Σ e^x} of every row: the sum as softmax computes it, in float32, the rest in
   * float64.
   *
   * @param sums {@code [rows]}; NaN for a row with a value that is NaN or positive infinity
   */
  void logSumExp(Matrix scores, double[] sums, Scratch scratch);

  /**
   * Applies an activation to every value, in place: GELU (Hendrycks and Gimpel, 2016) is {@code
   * fma(v/2, erf(v/√2), v/2)}, or {@code fma(v/2, tanh(√(2/π)·v·fma(0.044715·v, v, 1)), v/2)}.
   */
  void activate(Activation activation, Matrix values);

  /** {@code hidden = branch + hidden}. */
  void add(Matrix branch, Matrix hidden);

  /** {@code output = layerNorm(input)} row by row; {@code output} may be {@code input}. */
  void layerNorm(Matrix input, Normalization normalization, Matrix output, Scratch scratch);

  /** {@code hidden = layerNorm(branch + hidden)} row by row. */
  void addLayerNorm(Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch);

  /**
   * {@code hidden[t] = hidden[t] + table[rows[t]]}: adds an embedding to each token.
   *
   * @param table {@code [rows, D]}
   * @param rows {@code [T]}, numbers of rows of the table
   * @param hidden {@code [T, D]}
   */
  void addRows(Matrix table, int[] rows, Matrix hidden);

  /**
   * {@code hidden[t] = fma(hidden[t], scale, positions[t - start])}, where {@code start} is the
   * first token of t's sequence.
   *
   * @param hidden {@code [T, D]}
   * @param positions {@code [P, D]}, at least as many rows as the longest sequence has tokens
   * @param cumulativeLengths {@code [B + 1]}, first token of each sequence, then T
   */
  void scaleAndAddPositions(Matrix hidden, float scale, Matrix positions, int[] cumulativeLengths);

  /** Mean over the tokens of each sequence: {@code [T, D]} to {@code [B, D]}. */
  void meanPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled);

  /** Largest value over the tokens of each sequence: {@code [T, D]} to {@code [B, D]}. */
  void maxPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled);

  /** Divides every row by its L2 norm, or by 1e-12 where that is larger, in place. */
  void normalizeRows(Matrix rows, Scratch scratch);

  /** Whether every value of {@code rows} is finite. */
  boolean allFinite(Matrix rows);
}
