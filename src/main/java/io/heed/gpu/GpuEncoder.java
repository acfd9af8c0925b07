package io.heed.gpu;

import io.heed.engine.VectorEnding;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import java.util.List;

/**
 * A model of blocks on the device: ids to vectors, the weights and all between bfloat16, every sum
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
  private final PoolingKernels pooling;
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
    this.pooling = new PoolingKernels(kernels);
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
   * @param maxLength tokens after which a sequence is cut, if not after the model's positions
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
    int longest = Math.min(maxLength, weights.spec().positions());
    List<SequenceBatch> batches = SequenceBatch.split(offsets, longest, batchTokens, batchTokens);
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

  /** Words of the device, once all that the calling thread has started is done. */
  int[] fetch(long address, int count) {
    long bytes = (long) count * Integer.BYTES;
    try (HostMemory host = new HostMemory(bytes)) {
      Cuda.check(
          Cuda.cuMemcpyDtoHAsync_v2(host.address(), address, bytes, Cuda.STREAM),
          "cuMemcpyDtoHAsync");
      Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
      int[] values = new int[count];
      host.buffer().asIntBuffer().get(values);
      return values;
    }
  }

  /** What a call has between ids and vectors, for its largest batch. */
  private final class Room implements AutoCloseable {
    private final LaunchArguments arguments = new LaunchArguments();
    private final DeviceMemory.Block all;
    private final Outbox outbox = new Outbox();
    private final long hidden;
    private final long sums;
    private final long context;
    private final long projected;
    private final long wide;
    private final long places;
    private final long pooled;
    private final long first;
    private final long starts;
    private final long queries;
    private final OwnTurns ownTurns;
    private final BlockPass blocks;
    private long end;

    Room(List<SequenceBatch> batches, Poolings poolings, DeviceMemory memory) {
      long tokens = batches.stream().mapToInt(SequenceBatch::tokens).max().orElse(0);
      long count = batches.stream().mapToInt(SequenceBatch::sequences).max().orElse(0);
      long words = batches.stream().mapToInt(SequenceBatch::queriesWords).max().orElse(0);
      int width = weights.spec().width();
      DeviceBlock.Heads heads = weights.blocks().get(0).attention().heads();
      int inner =
          weights.blocks().stream().mapToInt(block -> block.inner().outputs()).max().orElse(0);
      int between = Math.max(heads.queryColumns(), Math.max(width, weights.inputs().width()));
      hidden = take(tokens * width * Short.BYTES);
      sums = take(tokens * width * Short.BYTES);
      context = take(tokens * between * Short.BYTES);
      projected = take(tokens * heads.columns() * Short.BYTES);
      wide = take(tokens * inner * Short.BYTES);
      places = take(tokens * Integer.BYTES);
      pooled = take(count * poolings.outputs(width) * Float.BYTES);
      first = take(count * Integer.BYTES);
      starts = take((count + 1) * Integer.BYTES);
      queries = take(words * Integer.BYTES);
      int positions = weights.spec().positions();
      ownTurns = new OwnTurns(weights.turns(), positions, batches, memory);
      all = allocate(memory);
      blocks = new BlockPass(kernels, arguments, buffers(), ownTurns, width);
    }

    private DeviceMemory.Block allocate(DeviceMemory memory) {
      try {
        return memory.allocate(end);
      } catch (Throwable e) {
        ownTurns.close();
        throw e;
      }
    }

    private BlockPass.Buffers buffers() {
      return new BlockPass.Buffers(
          at(hidden), at(sums), at(context), at(projected), at(wide), at(places), at(queries));
    }

    private int[] queries(SequenceBatch batch) {
      return batch.queries(weights.queryScale());
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
      int[] words = queries(batch);
      outbox.send(batch.first(), at(first));
      outbox.send(batch.starts(), at(starts));
      outbox.send(words, at(queries));
      GpuKernels.Sequences sequences =
          new GpuKernels.Sequences(batch.sequences(), ids, at(first), at(starts));
      if (batch.tokens() > 0) {
        enter(sequences, batch.tokens(), flags);
        ownTurns.prepare(batch, at(places), kernels, outbox, arguments);
        BlockPass.Extent extent =
            new BlockPass.Extent(batch.tokens(), words.length / SequenceBatch.QUERIES_WORDS);
        weights.blocks().forEach(block -> blocks.pass(block, extent));
      }
      pool(sequences, leave(batch.tokens()), poolings, ending, vectors, flags);
    }

    private void enter(GpuKernels.Sequences sequences, int tokens, long flags) {
      DeviceInputs inputs = weights.inputs();
      long embedded = at(inputs.projection().isPresent() ? context : hidden);
      kernels.embed(
          sequences, inputs, weights.spec().vocabulary(), embedded, at(places), flags, arguments);
      inputs
          .projection()
          .ifPresent(map -> kernels.product(embedded, map, at(hidden), tokens, arguments));
    }

    /** Where the hidden states are in the end. */
    private long leave(int tokens) {
      DeviceNorm norm = weights.finalNorm();
      if (norm.isNone() || tokens == 0) {
        return at(hidden);
      }
      kernels.normalize(at(hidden), norm, at(sums), tokens, weights.spec().width(), arguments);
      return at(sums);
    }

    private void pool(
        GpuKernels.Sequences sequences,
        long states,
        Poolings poolings,
        VectorEnding ending,
        long vectors,
        long flags) {
      int width = weights.spec().width();
      int pitch = poolings.outputs(width);
      int column = 0;
      for (Pooling each : poolings.each()) {
        pooling.pool(
            states,
            sequences,
            width,
            each,
            poolings.promptTokens(),
            at(pooled),
            pitch,
            column,
            arguments);
        column += width;
      }
      pooling.finish(
          at(pooled),
          vectors,
          flags,
          sequences.count(),
          pitch,
          ending.outputs(pitch),
          ending.norm() == VectorEnding.VectorNorm.L2,
          arguments);
    }

    @Override
    public void close() {
      try {
        // First, so that nothing is given back that the stream still reads.
        outbox.close();
      } finally {
        ownTurns.close();
        all.close();
      }
    }
  }
}
