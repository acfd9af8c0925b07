package io.heed.gpu;

import io.heed.engine.VectorEnding;
import io.heed.layer.Poolings;
import io.heed.layer.VectorHead;
import io.heed.model.Transformer;
import io.heed.model.TransformerEncoder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A model on the GPU of this process, its weights there until it is closed. For any number of
 * threads.
 */
public final class GpuEmbedder implements AutoCloseable {
  /** Told until a card has run what only an emulation has. */
  private static final String UNTRIED = "; no card has run these kernels yet";

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
    EncoderRules.fault(model)
        .ifPresent(
            why -> {
              throw new NoGpuException(why);
            });
    GpuDevice device = device();
    device.enter();
    return new GpuEmbedder(device, GpuWeights.of((TransformerEncoder) model, memory));
  }

  /** One module of kernels serves all models; what failed is tried anew. */
  private static synchronized GpuDevice device() {
    if (shared == null) {
      shared = GpuDevice.open();
    }
    return shared;
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
   * @throws GpuRowException when a list has an id outside of the vocabulary, or a vector is not
   *     finite
   */
  public void embed(
      IdLists lists,
      int maxLength,
      Poolings poolings,
      VectorEnding ending,
      long vectors,
      DeviceMemory memory) {
    device.enter();
    int[] offsets = encoder.fetch(lists.offsets(), lists.count() + 1);
    int[] flags = encoder.embed(lists.ids(), offsets, maxLength, poolings, ending, vectors, memory);
    refuse(flags, GpuEncoder.UNKNOWN_TOKEN, "have a token id outside of the vocabulary");
    refuse(
        flags,
        GpuEncoder.NOT_FINITE,
        "have a vector that is not finite in bfloat16; --device cpu rejects such rows");
  }

  private static void refuse(int[] flags, int flag, String what) {
    long flagged = Arrays.stream(flags).filter(of -> (of & flag) != 0).count();
    if (flagged > 0) {
      throw new GpuRowException(
          String.format(Locale.ROOT, "%d of %d rows on the GPU %s", flagged, flags.length, what));
    }
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
