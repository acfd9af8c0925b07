package io.heed.kernel;

/**
 * The numeric operations of a transformer on packed sequences, float32. Every implementation gives
 * the same bits for the same values, whatever rows stand beside them in a batch.
 *
 * <p>Implementations hold no state: one instance serves all threads of a JVM, each with a {@link
 * Scratch} of its own. Shapes are checked at the entrance of each operation. Packed weights and
 * cached keys are those of the implementation that made them; others refuse them there with an
 * {@link IllegalArgumentException}.
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
public interface Kernels extends Matrices, Attentions, Norms, Elements, Reductions {

  /** Length of a block along k. It fixes the bits of every product. */
  int K_BLOCK = 384;

  /** What the run report calls this implementation, such as {@code simd-512}. */
  String name();
}
