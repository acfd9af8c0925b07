/**
 * Arrays enter, arrays leave: the only numeric inner loops of Heed. {@link io.heed.kernel.Kernels}
 * names the operations, {@code ReferenceKernels} states them readably, {@code SimdKernels} computes
 * the same bits on the Vector API, and {@link io.heed.kernel.KernelProvider} chooses once per JVM.
 *
 * <p>Averages over keys of their own for each of n queries are a batched product:
 *
 * <pre>{@code
 * Kernels kernels = KernelProvider.choose(KernelChoice.AUTO).kernels();
 * Matrix weights = Matrix.of(alphas, n, keys); // [n, 1, keys]
 * Matrix values = Matrix.of(labels, n * keys, 1); // [n, keys, 1]
 * Matrix averages = Matrix.allocate(n, 1); // [n, 1, 1]
 * kernels.multiplyBatch(weights, values, n, averages, new Scratch());
 * }</pre>
 */
package io.heed.kernel;
