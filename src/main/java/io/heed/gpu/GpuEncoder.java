package io.heed.gpu;

import io.heed.engine.VectorEnding;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import java.lang.ref.Reference;
import java.nio.IntBuffer;
import java.util.List;

/**
 * An encoder on the device: ids to vectors, the weights and all between bfloat16, every sum
 * float32. The bits of a vector depend on its sequence alone, not on the batch that it is computed
 * in. For any number of threads.
 */
final class GpuEncoder {
  /** Bytes of a token between the maps of a block, in units of its width. */
  private static final int BYTES_OF_WIDTH = 20;

  private static final int LEAST_TOKENS = 2048;
  private static final int MOST_TOKENS = 16384;
  private static final int ALIGNMENT = 256;

  /** A flag of a sequence: an id is not in the vocabulary. */
  static final int UNKNOWN_TOKEN = 1;

  /** A flag of a sequence: its vector is not finite. */
  static final int NOT_FINITE = 2;

  private final GpuDevice device;
  private final GpuKernels kernels;
  private final GpuWeights weights;
  private final int batchTokens;

  GpuEncoder(GpuDevice device, GpuWeights weights) {
    this(device, weights, batchTokens(device, weights));
  }

  /**
   * An encoder.
   *
   * @param batchTokens computed together
   */
  GpuEncoder(GpuDevice device, GpuWeights weights, int batchTokens) {
    this.device = device;
    this.kernels = new GpuKernels(device);
    this.weights = weights;
    this.batchTokens = batchTokens;
  }

  /** As many as leave what passes from map to map in the device's cache. */
  private static int batchTokens(GpuDevice device, GpuWeights weights) {
    long bytes = (long) BYTES_OF_WIDTH * weights.spec().width();
    long fitting = device.cacheBytes() / bytes;
    return (int) Math.max(LEAST_TOKENS, Math.min(MOST_TOKENS, fitting));
  }

  /** Values of a vector. */
  int dimensions(Poolings poolings, VectorEnding ending) {
    return ending.outputs(poolings.outputs(weights.spec().width()));
  }

  /**
   * Computes vectors, in the stream of the calling thread, and waits for the last.
   *
   * @param ids of all sequences, end to end, on the device
   * @param offsets {@code [n + 1]}, where those of each begin, then their number
   * @param maxLength tokens after which a sequence is cut, at most the model's positions
   * @param vectors on the device, {@code [n, dimensions]}
   * @param memory for what is between
   * @return the flags of each sequence, 0 where all is well
   */
  int[] embed(
      long ids,
      int[] offsets,
      int maxLength,
      Poolings poolings,
      VectorEnding ending,
      long vectors,
      DeviceMemory memory) {
    device.enter();
    int count = offsets.length - 1;
    if (count == 0) {
      return new int[0];
    }
    List<SequenceBatch> batches = SequenceBatch.split(offsets, maxLength, batchTokens, batchTokens);
    int dimensions = dimensions(poolings, ending);
    try (DeviceMemory.Block flags = memory.allocate((long) count * Integer.BYTES);
        Room room = new Room(batches, poolings, memory)) {
      Cuda.check(
          Cuda.cuMemsetD8Async(
              flags.address(), (byte) 0, (long) count * Integer.BYTES, Cuda.STREAM),
          "cuMemsetD8Async");
      for (SequenceBatch batch : batches) {
        int from = batch.firstSequence();
        room.embed(
            batch,
            ids,
            poolings,
            ending,
            vectors + (long) from * dimensions * Float.BYTES,
            flags.address() + (long) from * Integer.BYTES);
      }
      return fetch(flags.address(), count);
    }
  }

  private static int[] fetch(long address, int count) {
    HostMemory host = new HostMemory((long) count * Integer.BYTES);
    Cuda.check(
        Cuda.cuMemcpyDtoHAsync_v2(
            host.address(), address, (long) count * Integer.BYTES, Cuda.STREAM),
        "cuMemcpyDtoHAsync");
    Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
    int[] values = new int[count];
    host.buffer().asIntBuffer().get(values);
    return values;
  }

  /** What a call has between ids and vectors, for its largest batch. */
  private final class Room implements AutoCloseable {
    private final LaunchArguments arguments = new LaunchArguments();
    private final DeviceMemory.Block all;
    private final HostMemory host;
    private final IntBuffer words;
    private final long hidden;
    private final long sums;
    private final long projected;
    private final long context;
    private final long wide;
    private final long pooled;
    private final long first;
    private final long starts;
    private final long queries;
    private long end;

    Room(List<SequenceBatch> batches, Poolings poolings, DeviceMemory memory) {
      long tokens = batches.stream().mapToInt(SequenceBatch::tokens).max().orElse(0);
      long count = batches.stream().mapToInt(SequenceBatch::sequences).max().orElse(0);
      long blocks = batches.stream().mapToInt(batch -> batch.queries().length).max().orElse(0);
      int width = weights.spec().width();
      int heads = weights.spec().block().attention().width();
      int inner = weights.spec().block().intermediate();
      hidden = take(tokens * width * Short.BYTES);
      sums = take(tokens * width * Short.BYTES);
      projected = take(tokens * 3 * heads * Short.BYTES);
      context = take(tokens * heads * Short.BYTES);
      wide = take(tokens * inner * Short.BYTES);
      pooled = take(count * poolings.outputs(width) * Float.BYTES);
      first = take(count * Integer.BYTES);
      starts = take((count + 1) * Integer.BYTES);
      queries = take(blocks * Integer.BYTES);
      all = memory.allocate(end);
      host = new HostMemory(Math.max(count + 1, blocks) * Integer.BYTES);
      words = host.buffer().asIntBuffer();
    }

    /** An offset until the memory is there. */
    private long take(long bytes) {
      long at = end;
      end = (end + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      return at;
    }

    private long at(long offset) {
      return all.address() + offset;
    }

    void embed(
        SequenceBatch batch,
        long ids,
        Poolings poolings,
        VectorEnding ending,
        long vectors,
        long flags) {
      int[] blocks = batch.queries();
      send(batch.first(), first);
      send(batch.starts(), starts);
      send(blocks, queries);
      GpuKernels.Sequences sequences =
          new GpuKernels.Sequences(batch.sequences(), ids, at(first), at(starts));
      if (batch.tokens() > 0) {
        kernels.embed(sequences, weights, at(hidden), flags, arguments);
        for (GpuWeights.Block block : weights.blocks()) {
          pass(block, batch.tokens(), blocks.length / SequenceBatch.QUERIES_WORDS);
        }
      }
      pool(sequences, poolings, ending, vectors, flags);
    }

    private void pass(GpuWeights.Block block, int tokens, int blocks) {
      int width = weights.spec().width();
      kernels.product(at(hidden), block.queryKeyValue(), at(projected), tokens, arguments);
      kernels.attend(
          at(projected),
          at(queries),
          blocks,
          at(context),
          weights.spec().heads(),
          weights.spec().block().attention().headWidth(),
          weights.scoreScale(),
          arguments);
      kernels.addProduct(at(context), block.output(), at(hidden), at(sums), tokens, arguments);
      kernels.normalize(at(sums), block.attentionNorm(), at(hidden), tokens, width, arguments);
      kernels.product(at(hidden), block.inner(), at(wide), tokens, arguments);
      kernels.addProduct(at(wide), block.outer(), at(hidden), at(sums), tokens, arguments);
      kernels.normalize(at(sums), block.outputNorm(), at(hidden), tokens, width, arguments);
    }

    private void pool(
        GpuKernels.Sequences sequences,
        Poolings poolings,
        VectorEnding ending,
        long vectors,
        long flags) {
      int width = weights.spec().width();
      int pitch = poolings.outputs(width);
      int column = 0;
      for (Pooling pooling : poolings.each()) {
        kernels.pool(
            at(hidden),
            sequences,
            width,
            pooling,
            poolings.promptTokens(),
            at(pooled),
            pitch,
            column,
            arguments);
        column += width;
      }
      kernels.finish(
          at(pooled),
          vectors,
          flags,
          sequences.count(),
          pitch,
          ending.outputs(pitch),
          ending.norm() == VectorEnding.VectorNorm.L2,
          arguments);
    }

    /** The words are written again once the copy has left them. */
    private void send(int[] values, long to) {
      if (values.length == 0) {
        return;
      }
      words.clear();
      words.put(values);
      Cuda.check(
          Cuda.cuMemcpyHtoDAsync_v2(
              at(to), host.address(), (long) values.length * Integer.BYTES, Cuda.STREAM),
          "cuMemcpyHtoDAsync");
      // Memory that is not pinned has been read when the call returns.
      Reference.reachabilityFence(host);
    }

    @Override
    public void close() {
      all.close();
    }
  }
}
