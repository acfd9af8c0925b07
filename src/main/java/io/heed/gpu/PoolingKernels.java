package io.heed.gpu;

import io.heed.layer.Pooling;

/** The kernels that make vectors of hidden states, as {@link GpuKernels} makes these. */
final class PoolingKernels {
  private static final int FINISH_THREADS = 128;
  private static final int POOL_THREADS = 256;
  private static final int WARP = 32;

  /** Columns of a thread. */
  private static final int TOGETHER = 4;

  private final GpuKernels kernels;

  PoolingKernels(GpuKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * One pooling of each sequence.
   *
   * @param vectors {@code [n, pitch]}, filled from a column on
   */
  void pool(
      long hidden,
      GpuKernels.Sequences sequences,
      int width,
      Pooling pooling,
      int skipped,
      long vectors,
      int pitch,
      int column,
      LaunchArguments arguments) {
    int columns = (width + TOGETHER - 1) / TOGETHER;
    int threads = Math.min(POOL_THREADS, (columns + WARP - 1) / WARP * WARP);
    kernels
        .kernel("pool", threads, 0)
        .launch(
            sequences.count(),
            (columns + threads - 1) / threads,
            arguments
                .begin()
                .address(hidden)
                .address(sequences.starts())
                .address(vectors)
                .integer(width)
                .integer(pitch)
                .integer(column)
                .integer(number(pooling))
                .integer(skipped));
  }

  private static int number(Pooling pooling) {
    return switch (pooling) {
      case MEAN -> 0;
      case CLS -> 1;
      case MAX -> 2;
      case LAST -> 3;
      case MEAN_SQRT_LEN -> 4;
      case WEIGHTED_MEAN -> 5;
      case TOKENS -> throw new IllegalArgumentException("tokens are not pooled");
    };
  }

  /**
   * The vectors in the end.
   *
   * @param vectors {@code [n, pitch]}
   * @param output {@code [n, kept]}
   */
  void finish(
      long vectors,
      long output,
      long flags,
      int count,
      int pitch,
      int kept,
      boolean unit,
      LaunchArguments arguments) {
    int together = FINISH_THREADS / WARP;
    kernels
        .kernel("finish", FINISH_THREADS, 0)
        .launch(
            (count + together - 1) / together,
            1,
            arguments
                .begin()
                .address(vectors)
                .address(output)
                .address(flags)
                .integer(count)
                .integer(pitch)
                .integer(kept)
                .integer(unit ? 1 : 0));
  }
}
