package io.heed.gpu;

import java.util.stream.IntStream;

/**
 * The kernels of {@code src/main/cuda}, each started by its own arguments on addresses of the
 * device. For any number of threads, each with arguments of its own.
 */
final class GpuKernels {
  private static final int ATTENTION_THREADS = 128;
  private static final int ATTENTION_ROWS = 64;
  private static final int[] HEADS = {32, 64, 128};
  private static final int TURN_THREADS = 128;
  private static final int EMBED_THREADS = 128;
  private static final int NORMALIZE_THREADS = 256;
  private static final int WARP = 32;

  /** Values of a row that a warp reads at once. */
  private static final int CHUNK = 128;

  private static final int[] HELD_CHUNKS = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16};

  private static final double LOG2_OF_E = 1 / Math.log(2);

  private final LoadedImage image;
  private final Products products;

  GpuKernels(GpuDevice device) {
    this.image = device.encoder();
    this.products = device.products();
  }

  /** The kernel of a name, and how it is launched each time. */
  Kernel kernel(String name, int threads, int sharedMemory) {
    return image.kernel(name, threads, sharedMemory);
  }

  /** Where the ids of a batch are and where its sequences begin, on the device. */
  record Sequences(int count, long ids, long first, long starts) {}

  /**
   * Words and positions, added and normalised.
   *
   * @param vocabulary ids that there are
   * @param hidden {@code [T, E]}
   * @param places {@code [T]}, which become the position of each token
   */
  void embed(
      Sequences sequences,
      DeviceInputs inputs,
      int vocabulary,
      long hidden,
      long places,
      long flags,
      LaunchArguments arguments) {
    arguments
        .begin()
        .address(sequences.ids())
        .address(sequences.first())
        .address(sequences.starts())
        .address(inputs.words())
        .address(inputs.positions());
    norm(inputs.norm(), arguments)
        .address(hidden)
        .address(places)
        .address(flags)
        .integer(inputs.width())
        .integer(vocabulary)
        .integer(inputs.padding());
    kernel("embed_" + chunks(inputs.width()), EMBED_THREADS, 0)
        .launch(sequences.count(), 1, arguments);
  }

  /** The fewest chunks that hold a row, of those that there are kernels for. */
  private static int chunks(int width) {
    return IntStream.of(HELD_CHUNKS)
        .filter(chunks -> chunks * CHUNK >= width)
        .findFirst()
        .orElseThrow();
  }

  private static LaunchArguments norm(DeviceNorm norm, LaunchArguments arguments) {
    return arguments
        .address(norm.gain())
        .address(norm.bias())
        .integer(norm.form().ordinal())
        .real(norm.epsilon());
  }

  /** {@code hidden = norm(sums)}, both {@code [T, D]}. */
  void normalize(
      long sums, DeviceNorm norm, long hidden, int rows, int width, LaunchArguments arguments) {
    normalize(sums, width, 0, norm, hidden, width, rows, width, arguments);
  }

  /** {@code hidden = norm(sums + added)}, all {@code [T, D]}. */
  void addAndNormalize(
      long sums,
      long added,
      DeviceNorm norm,
      long hidden,
      int rows,
      int width,
      LaunchArguments arguments) {
    normalize(sums, width, added, norm, hidden, width, rows, width, arguments);
  }

  /** Normalises the first columns of rows that are so many values apart, in place. */
  void normalizeColumns(
      long values, int pitch, DeviceNorm norm, int rows, int columns, LaunchArguments arguments) {
    normalize(values, pitch, 0, norm, values, pitch, rows, columns, arguments);
  }

  private void normalize(
      long from,
      int fromPitch,
      long added,
      DeviceNorm norm,
      long to,
      int toPitch,
      int rows,
      int width,
      LaunchArguments arguments) {
    int together = NORMALIZE_THREADS / WARP;
    norm(norm, arguments.begin().address(from).address(added))
        .address(to)
        .integer(fromPitch)
        .integer(toPitch)
        .integer(rows)
        .integer(width);
    kernel("normalize_" + chunks(width), NORMALIZE_THREADS, 0)
        .launch((rows + together - 1) / together, 1, arguments);
  }

  /** {@code output = activation(input · Wᵀ + bias)}, or what a gate makes of it. */
  void product(long input, DeviceMap map, long output, int rows, LaunchArguments arguments) {
    Products.Ending alone = new Products.Alone();
    products.start(new Products.Product(input, map, alone, output, rows), arguments);
  }

  /** {@code output = input · Wᵀ + bias + residual}. */
  void addProduct(
      long input, DeviceMap map, long residual, long output, int rows, LaunchArguments arguments) {
    Products.Ending added = new Products.Added(residual);
    products.start(new Products.Product(input, map, added, output, rows), arguments);
  }

  /** Queries, keys and values, of which the first two are turned by their positions. */
  void turnedProduct(
      long input,
      DeviceMap map,
      Products.Turned turned,
      long output,
      int rows,
      LaunchArguments arguments) {
    products.start(new Products.Product(input, map, turned, output, rows), arguments);
  }

  /**
   * The table of sequences that are turned in a way of their own.
   *
   * @param sequences four words for each, see {@link OwnTurns}
   * @param frequencies {@code [count, pairs]}
   * @param places {@code [T]}, in which their tokens get other rows
   * @param own {@code [rows, pairs, 2]}
   * @param longest tokens of a sequence
   */
  void turnOwn(
      long sequences,
      long frequencies,
      long places,
      long own,
      DeviceBlock.Turn turn,
      int count,
      int longest,
      LaunchArguments arguments) {
    kernel("turn_own", TURN_THREADS, 0)
        .launch(
            (longest * turn.pairs() + TURN_THREADS - 1) / TURN_THREADS,
            count,
            arguments
                .begin()
                .address(sequences)
                .address(frequencies)
                .address(places)
                .address(own)
                .integer(turn.pairs())
                .real(turn.frequencies().factor()));
  }

  /**
   * Attention within each sequence.
   *
   * @param projected {@code [T, (H + 2·K)·Dh]}: queries, keys, values
   * @param queries of each block, see {@link SequenceBatch#queries}
   * @param context {@code [T, H·Dh]}
   */
  void attend(
      long projected,
      long queries,
      int blocks,
      DeviceBlock.Heads heads,
      long context,
      LaunchArguments arguments) {
    int held = HEADS[0];
    for (int i = 1; held < heads.width(); i++) {
      held = HEADS[i];
    }
    String name = heads.bias() == 0 ? "attention_" : "attention_biased_";
    // A tile of queries, and two each of keys and values.
    kernel(name + held, ATTENTION_THREADS, 5 * ATTENTION_ROWS * held * Short.BYTES)
        .launch(
            blocks,
            heads.count(),
            arguments
                .begin()
                .address(projected)
                .address(queries)
                .address(heads.bias())
                .integer(heads.reach())
                .integer(heads.count())
                .integer(heads.shared())
                .integer(heads.width())
                .integer(heads.before())
                .integer(heads.after())
                .address(context)
                .real((float) (heads.scale() * LOG2_OF_E)));
  }
}
