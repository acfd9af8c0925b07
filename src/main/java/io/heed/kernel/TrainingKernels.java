package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * What training needs beside {@link Kernels}: the gradients of their operations, the loss of a
 * language model and the step of an optimizer, float32. Every implementation gives the same bits
 * for the same values.
 *
 * <p>Implementations hold no state: one instance serves all threads of a JVM, each with a {@link
 * Scratch} of its own. Shapes are checked at the entrance of each operation, which throws {@link
 * IllegalArgumentException}. T tokens, D width, H heads, Dh head width, V vocabulary.
 *
 * <p>The arithmetic that fixes the bits, beside that of {@link Kernels}:
 *
 * <ul>
 *   <li>An element of a gradient of weights gains, for each block of {@link #TOKEN_BLOCK} tokens, a
 *       chain of fused multiply-adds in token order, the first from +0. Other sums over tokens run
 *       in token order, added to what is there.
 *   <li>Weights of attention are computed again from queries and keys, to the bits that the forward
 *       pass had.
 * </ul>
 */
public interface TrainingKernels {

  /** Tokens of a block of a gradient of weights. It fixes the bits. */
  int TOKEN_BLOCK = 1024;

  /** Values of a block of a sum of squares. It fixes the bits. */
  int SQUARES_BLOCK = 4096;

  /** What the run report calls this implementation, such as {@code simd-512}. */
  String name();

  /**
   * {@code gradient = gradient + inputᵀ · outputGradient}: what a map {@code output = input · W}
   * adds to the gradient of its weights.
   *
   * @param input {@code [T, inputs]}
   * @param outputGradient {@code [T, outputs]}
   * @param gradient {@code [inputs, outputs]}, not overlapping the others
   */
  void addWeightGradient(Matrix input, Matrix outputGradient, Matrix gradient, Scratch scratch);

  /**
   * {@code gradient = gradient + Σ outputGradient[t]}: what a map adds to that of its bias.
   *
   * @param outputGradient {@code [T, outputs]}
   * @param gradient {@code [1, outputs]}
   */
  void addBiasGradient(Matrix outputGradient, Matrix gradient);

  /**
   * {@code table[rows[t]] = table[rows[t]] + gradient[t]}, t in order: what {@link
   * Elements#addRows} adds to the gradient of its table.
   *
   * @param gradient {@code [T, D]}
   * @param rows {@code [T]}, numbers of rows of the table
   * @param table {@code [rows, D]}
   */
  void addRowGradients(Matrix gradient, int[] rows, Matrix table);

  /**
   * The gradients of {@link Attentions#attention} with scaled dot products, no bias, no terms, and
   * as many heads of keys as of queries. With e and f as there, {@code p = e · (1 / Σe)} and z the
   * factors of dropout: {@code dP = z · (dO Vᵀ)}, {@code δ = Σ dO·O} along a head's values, {@code
   * dS = ((dP - δ) · scale) · p}; then {@code dQ = dS K} as a product, and dK = dSᵀ Q and dV = (z ·
   * p)ᵀ dO, each element one unbroken chain over the queries in order. No gradient is -0, so that
   * zeros of hidden keys may be skipped.
   *
   * @param context {@code [T, H·Dh]} that the forward pass gave
   * @param contextGradient {@code [T, H·Dh]}
   * @param gradients get the gradients of queries, keys and values in place of what is there
   */
  void attentionGradient(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      AttentionGradients gradients,
      Scratch scratch);

  /**
   * The gradients of {@link Norms#layerNorm}. With {@code x̂ = (x - mean) · r}, {@code s1 = Σ
   * gain·dy} and {@code s2 = Σ fma(gain·dy, x̂)} along a row of D values: {@code dx = fma(fma(x̂,
   * -(s2/D), gain·dy - s1/D), r, dx)}, {@code dgain = fma(dy, x̂, dgain)}, {@code dbias = dbias +
   * dy}. None of what is added to overlaps what is read.
   *
   * @param input {@code [T, D]} that was normalised
   * @param outputGradient {@code [T, D]}
   * @param inputGradient {@code [T, D]}, added to
   * @param gainGradient {@code [1, D]}, added to
   * @param biasGradient {@code [1, D]}, added to
   */
  void addLayerNormGradient(
      Matrix input,
      Normalization normalization,
      Matrix outputGradient,
      Matrix inputGradient,
      Matrix gainGradient,
      Matrix biasGradient,
      Scratch scratch);

  /**
   * The gradient of {@link Elements#activate}, which it repeats on the way: {@code gradient =
   * gradient · activation'(values)} and {@code values = activation(values)}, both in place.
   *
   * @param values before the activation
   * @param gradient of the same shape
   */
  void activateWithGradient(Activation activation, Matrix values, Matrix gradient);

  /**
   * The loss of predictions and its gradient: row r of the logits becomes {@code e · (1 / Σe)}, as
   * softmax computes it, less 1 at its target; zeros where it has none.
   *
   * @param logits {@code [rows, V]}, in place
   * @param targets of the rows from {@code first} on, below V, or negative for none
   * @param first place of the first row's target, and of its loss
   * @param losses gets {@code log Σ e^x - x[target]} of each row, as {@link Reductions#logSumExp}
   *     computes it; 0 where there is no target
   */
  void crossEntropy(Matrix logits, int[] targets, int first, double[] losses, Scratch scratch);

  /**
   * The sum of the squares of {@code n} values: in 16 lanes for each {@link #SQUARES_BLOCK} of
   * them, the sums of blocks added in order in float64.
   */
  double sumOfSquares(float[] values, int at, int n, Scratch scratch);

  /**
   * One step of AdamW (Loshchilov and Hutter, 2019) for {@code n} weights: with {@code x = g ·
   * gradientScale}, {@code m = fma(x, 1-β1, m·β1)}, {@code v = fma(x·x, 1-β2, v·β2)}, {@code u =
   * (m·c1) / (√(v·c2) + ε)}, {@code w = fma(fma(w, decay, u), -rate, w)}.
   *
   * @param weights from {@code at} on
   * @param slice gradients and moments of the same weights, from {@code sliceAt} on
   */
  void adamW(AdamStep step, float[] weights, int at, AdamSlice slice, int sliceAt, int n);
}
