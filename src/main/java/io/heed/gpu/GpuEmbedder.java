package io.heed.gpu;

import io.heed.engine.VectorEnding;
import io.heed.layer.Poolings;
import io.heed.layer.VectorHead;
import io.heed.model.Transformer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model on the GPU of this process, its weights there until it is closed. For any number of
 * threads.
 */
public final class GpuEmbedder implements AutoCloseable {
  /** Told until a card has run what only an emulation has. */
  private static final String UNTRIED = "; no card has run these kernels yet";

  private static final int MOST_IDS_TOLD = 16;

  private static GpuDevice shared;

  private final GpuDevice device;
  private final GpuWeights weights;
  private final GpuEncoder encoder;

  private GpuEmbedder(GpuDevice device, GpuWeights weights) {
    this.device = device;
    this.weights = weights;
    this.encoder = new GpuEncoder(device, weights);
  }

  /** Lists of token ids on the device, as columns of Arrow are. */
  public record IdLists(long ids, long offsets, int count) {}

  /**
   * Brings a model to the GPU of this process: that of the context which the calling thread has,
   * else the first that is visible.
   *
   * @param memory where the weights go
   * @throws NoGpuException when there is no GPU that can be used, or it cannot compute the model
   */
  public static GpuEmbedder open(Transformer model, DeviceMemory memory) {
    GpuDevice device = device();
    device.enter();
    return new GpuEmbedder(device, GpuWeights.of(model, memory));
  }

  /** One module of kernels serves all models; what failed is tried anew. */
  private static synchronized GpuDevice device() {
    if (shared == null) {
      shared = GpuDevice.open();
    }
    return shared;
  }

  /**
   * Why this process cannot compute on some GPU, or empty: asks the driver, and takes none.
   *
   * @param ordinals of the GPUs that are asked about; all that the driver sees where it does not
   *     see one of them, or none is named
   */
  public static Optional<String> deviceFault(List<Integer> ordinals) {
    return GpuDevice.fault(ordinals);
  }

  /** The GPU by its name and compute capability, and which image of the kernels computes. */
  public String told() {
    return device.told() + UNTRIED;
  }

  /** Values of a vector. */
  public int dimensions(Poolings poolings, VectorEnding ending) {
    return encoder.dimensions(poolings, ending);
  }

  /**
   * Computes the vectors of lists, in the stream of the calling thread, and waits for the last.
   *
   * @param maxLength tokens after which a list is cut, at most the model's positions
   * @param vectors on the device, {@code [count, dimensions]} float32
   * @param memory for what is between
   * @return how many vectors have a value that is not finite
   * @throws GpuRowException when a list has an id outside of the vocabulary
   */
  public int embed(
      IdLists lists,
      int maxLength,
      Poolings poolings,
      VectorEnding ending,
      long vectors,
      DeviceMemory memory) {
    device.enter();
    int[] offsets = encoder.fetch(lists.offsets(), lists.count() + 1);
    int[] flags = encoder.embed(lists.ids(), offsets, maxLength, poolings, ending, vectors, memory);
    int[] unknown = flagged(flags, GpuEncoder.UNKNOWN_TOKEN);
    if (unknown.length > 0) {
      throw unknownTokens(lists, offsets, unknown);
    }
    return flagged(flags, GpuEncoder.NOT_FINITE).length;
  }

  private static int[] flagged(int[] flags, int flag) {
    return IntStream.range(0, flags.length).filter(i -> (flags[i] & flag) != 0).toArray();
  }

  /** Rows are told by the ids that the first of them begins with: that is all a GPU knows. */
  private GpuRowException unknownTokens(IdLists lists, int[] offsets, int[] rows) {
    int from = offsets[rows[0]];
    int length = offsets[rows[0] + 1] - from;
    int[] told =
        encoder.fetch(lists.ids() + (long) from * Integer.BYTES, Math.min(MOST_IDS_TOLD, length));
    return new GpuRowException(
        String.format(
            Locale.ROOT,
            "%d of %d rows on the GPU have a token id outside of the vocabulary; the first, of %d"
                + " tokens, begins with %s",
            rows.length,
            lists.count(),
            length,
            Arrays.toString(told)));
  }

  /**
   * Why the GPU's kernels cannot compute a model, or empty. Asks what it is built of, and loads
   * nothing of a driver.
   */
  public static Optional<String> fault(Transformer model, Poolings poolings, VectorHead head) {
    return EncoderRules.fault(poolings)
        .or(() -> EncoderRules.fault(head))
        .or(() -> EncoderRules.fault(model));
  }

  /** Gives the memory of the weights back. */
  @Override
  public void close() {
    weights.close();
  }
}
