package io.heed.gpu;

import io.heed.architecture.ModelCheckpoint;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.TransformerEncoder;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A checkpoint on the device, of whose first block each part can be computed alone. Not
 * thread-safe.
 */
final class ModelOnDevice implements AutoCloseable {
  private static final VectorEnding UNIT = VectorEnding.whole(VectorNorm.L2);

  private final GpuDevice device;
  private final GpuKernels kernels;
  private final GpuWeights weights;
  private final DeviceMemory memory = DeviceMemory.ofDriver();
  private final LaunchArguments arguments = new LaunchArguments();
  private DeviceMemory.Block queries;

  private ModelOnDevice(GpuDevice device, GpuWeights weights) {
    this.device = device;
    this.kernels = new GpuKernels(device);
    this.weights = weights;
  }

  static ModelOnDevice open(GpuDevice device, Path directory) throws IOException {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      TransformerEncoder model =
          (TransformerEncoder)
              checkpoint.load(KernelProvider.choose(KernelChoice.REFERENCE).kernels());
      device.enter();
      return new ModelOnDevice(device, GpuWeights.of(model, DeviceMemory.ofDriver()));
    }
  }

  /**
   * A product of the first block.
   *
   * @param residual of {@code output} and {@code outer}
   */
  Runnable product(String part, long input, long residual, long output, int rows) {
    DeviceBlock block = weights.blocks().get(0);
    return switch (part) {
      case "query_key_value" ->
          () -> kernels.product(input, block.attention().queryKeyValue(), output, rows, arguments);
      case "output" ->
          () ->
              kernels.addProduct(
                  input, block.attention().output(), residual, output, rows, arguments);
      case "inner" -> () -> kernels.product(input, block.inner(), output, rows, arguments);
      case "outer" ->
          () -> kernels.addProduct(input, block.outer(), residual, output, rows, arguments);
      default -> throw new IllegalArgumentException("a block has no product " + part);
    };
  }

  Runnable normalize(long input, long output, int rows) {
    DeviceNorm norm = weights.blocks().get(0).attentionNorm();
    return () -> kernels.normalize(input, norm, output, rows, weights.spec().width(), arguments);
  }

  /**
   * Attention.
   *
   * @param starts {@code [n + 1]}, where the tokens of each sequence begin, then their number
   */
  Runnable attend(long input, int[] starts, long output) {
    int count = starts.length - 1;
    int[] words =
        new SequenceBatch(0, Arrays.copyOf(starts, count), starts).queries(weights.queryScale());
    long at = send(words);
    int blocks = words.length / SequenceBatch.QUERIES_WORDS;
    DeviceBlock.Heads heads = weights.blocks().get(0).attention().heads();
    return () -> kernels.attend(input, at, blocks, heads, output, arguments);
  }

  private long send(int[] words) {
    if (queries != null) {
      queries.close();
    }
    long bytes = (long) words.length * Integer.BYTES;
    queries = memory.allocate(bytes);
    HostMemory host = new HostMemory(bytes);
    host.buffer().asIntBuffer().put(words);
    Cuda.check(
        Cuda.cuMemcpyHtoDAsync_v2(queries.address(), host.address(), bytes, Cuda.STREAM),
        "cuMemcpyHtoDAsync");
    Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
    Reference.reachabilityFence(host);
    return queries.address();
  }

  /** Embeds the same sequences as often as it is run, as a task of Spark would. */
  final class Embedding implements Runnable {
    private final GpuEncoder encoder;
    private final long ids;
    private final int[] starts;
    private final Poolings poolings;
    private final long output;
    private int[] flags = {};

    private Embedding(GpuEncoder encoder, long ids, int[] starts, Poolings poolings, long output) {
      this.encoder = encoder;
      this.ids = ids;
      this.starts = starts;
      this.poolings = poolings;
      this.output = output;
    }

    @Override
    public void run() {
      int longest = weights.spec().positions();
      flags = encoder.embed(ids, starts, longest, poolings, UNIT, output, memory);
    }

    /** The places of the sequences that have flags, and their flags. */
    String flags() {
      StringBuilder told = new StringBuilder();
      for (int i = 0; i < flags.length; i++) {
        if (flags[i] != 0) {
          told.append(i).append(':').append(flags[i]).append(' ');
        }
      }
      return told.toString().trim();
    }
  }

  /**
   * Embeds sequences.
   *
   * @param batchTokens computed together, or 0 for as many as the encoder itself takes
   */
  Embedding embedding(long ids, int[] starts, String pooling, int batchTokens, long output) {
    GpuEncoder encoder =
        batchTokens == 0
            ? new GpuEncoder(device, weights)
            : new GpuEncoder(device, weights, batchTokens);
    return new Embedding(encoder, ids, starts, Poolings.of(Pooling.valueOf(pooling)), output);
  }

  @Override
  public void close() {
    if (queries != null) {
      queries.close();
    }
    weights.close();
  }
}
