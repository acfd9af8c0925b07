/**
 * Arrays enter, arrays leave: the inner loops of transformers in which most time goes. {@link
 * io.heed.kernel.Kernels} says what fixes their bits and joins the operations, which stand by kind
 * in {@link io.heed.kernel.Matrices}, {@link io.heed.kernel.Attentions}, {@link
 * io.heed.kernel.Norms}, {@link io.heed.kernel.Elements} and {@link io.heed.kernel.Reductions}.
 *
 * <p>{@code ReferenceKernels} states them readably, {@code SimdKernels} computes the same bits on
 * the Vector API, and {@link io.heed.kernel.KernelProvider} chooses once per JVM. Others may stand
 * in their place: what they pack is their own, and only they read it. {@link
 * io.heed.kernel.TrainingKernels} has what training needs beside them, in the same two forms.
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
