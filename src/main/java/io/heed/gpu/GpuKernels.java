package io.heed.gpu;

import io.heed.kernel.Activation;
import io.heed.layer.Pooling;

/**
 * The kernels of {@code src/main/cuda}, each started by its own arguments on addresses of the
 * device. For any number of threads, each with arguments of its own.
 */
final class GpuKernels {
  private static final int ATTENTION_THREADS = 128;
  private static final int ATTENTION_ROWS = 64;
  private static final int[] HEADS = {32, 64, 128};
  private static final int EMBED_THREADS = 128;
  private static final int NORMALIZE_THREADS = 256;
  private static final int FINISH_THREADS = 128;
  private static final int WARP = 32;

  /** Values of a row that a warp reads at once. */
  private static final int CHUNK = 128;

  private static final double LOG2_OF_E = 1 / Math.log(2);

  private final LoadedImage image;
  private final Products products;

  GpuKernels(GpuDevice device) {
    this.image = device.encoder();
    this.products = device.products();
  }

  private Kernel kernel(String name, int threads, int sharedMemory) {
    return image.kernel(name, threads, sharedMemory);
  }

  /** Where the ids of a batch are and where its sequences begin, on the device. */
  record Sequences(int count, long ids, long first, long starts) {}

  /** Words and positions, added and normalised: fills {@code hidden}. */
  void embed(
      Sequences sequences, GpuWeights weights, long hidden, long flags, LaunchArguments arguments) {
    int width = weights.spec().width();
    GpuWeights.DeviceNorm norm = weights.embeddingNorm();
    kernel("embed_" + chunks(width), EMBED_THREADS, 0)
        .launch(
            sequences.count(),
            1,
            arguments
                .begin()
                .address(sequences.ids())
                .address(sequences.first())
                .address(sequences.starts())
                .address(weights.words())
                .address(weights.positions())
                .address(norm.gain())
                .address(norm.bias())
                .address(hidden)
                .address(flags)
                .integer(width)
                .integer(weights.spec().vocabulary())
                .integer(weights.padding())
                .real(norm.epsilon()));
  }

  private static int chunks(int width) {
    return (width + CHUNK - 1) / CHUNK;
  }

  /** {@code hidden = norm(sums)}, both {@code [T, D]}. */
  void normalize(
      long sums,
      GpuWeights.DeviceNorm norm,
      long hidden,
      int rows,
      int width,
      LaunchArguments arguments) {
    int together = NORMALIZE_THREADS / WARP;
    kernel("normalize_" + chunks(width), NORMALIZE_THREADS, 0)
        .launch(
            (rows + together - 1) / together,
            1,
            arguments
                .begin()
                .address(sums)
                .address(norm.gain())
                .address(norm.bias())
                .address(hidden)
                .integer(rows)
                .integer(width)
                .real(norm.epsilon()));
  }

  /** {@code output = activation(input · Wᵀ + bias)}. */
  void product(
      long input, GpuWeights.DeviceMap map, long output, int rows, LaunchArguments arguments) {
    products.start(new Products.Product(input, map, map.activation(), 0, output, rows), arguments);
  }

  /** {@code output = input · Wᵀ + bias + residual}. */
  void addProduct(
      long input,
      GpuWeights.DeviceMap map,
      long residual,
      long output,
      int rows,
      LaunchArguments arguments) {
    products.start(
        new Products.Product(input, map, Activation.NONE, residual, output, rows), arguments);
  }

  /**
   * Attention within each sequence.
   *
   * @param projected {@code [T, 3·H·Dh]}: queries, keys, values
   * @param queries of each block, see {@link SequenceBatch#queries}
   * @param context {@code [T, H·Dh]}
   */
  void attend(
      long projected,
      long queries,
      int blocks,
      long context,
      int heads,
      int headWidth,
      float scale,
      LaunchArguments arguments) {
    int held = HEADS[0];
    for (int i = 1; held < headWidth; i++) {
      held = HEADS[i];
    }
    // A tile of queries, and two each of keys and values.
    kernel("attention_" + held, ATTENTION_THREADS, 5 * ATTENTION_ROWS * held * Short.BYTES)
        .launch(
            blocks,
            heads,
            arguments
                .begin()
                .address(projected)
                .address(queries)
                .address(context)
                .integer(heads)
                .integer(headWidth)
                .real((float) (scale * LOG2_OF_E)));
  }

  /**
   * One pooling of each sequence.
   *
   * @param vectors {@code [n, pitch]}, filled from a column on
   */
  void pool(
      long hidden,
      Sequences sequences,
      int width,
      Pooling pooling,
      int skipped,
      long vectors,
      int pitch,
      int column,
      LaunchArguments arguments) {
    int threads = (width / 4 + WARP - 1) / WARP * WARP;
    kernel("pool", threads, 0)
        .launch(
            sequences.count(),
            1,
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
    kernel("finish", FINISH_THREADS, 0)
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
