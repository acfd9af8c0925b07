package io.heed.gpu;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The GPU of this process: its primary context, which cuDF shares, and Heed's kernels in it. For
 * any number of threads, each of which enters before it computes.
 *
 * @param told its name, its compute capability, and which image and products compute
 */
record GpuDevice(int ordinal, long context, LoadedImage encoder, Products products, String told) {
  /** The first with products of bfloat16. */
  private static final int LEAST_CAPABILITY = 80;

  /** Machine code for what is known today, then what any later driver and card make of theirs. */
  private static final List<String> IMAGES = List.of("encoder.fatbin", "encoder.ptx");

  /** The only one whose products of warp groups these are. */
  private static final int HOPPER = 90;

  private static final List<String> HOPPER_IMAGES = List.of("hopper.cubin", "hopper.ptx");

  private static final int LONGEST_NAME = 128;

  /**
   * Opens the GPU that this process computes on: that of the context which the calling thread has,
   * as under cuDF, else the first that is visible.
   *
   * @throws NoGpuException when there is none that can be used, saying why
   */
  static GpuDevice open() {
    Cuda.failure()
        .ifPresent(
            why -> {
              throw new NoGpuException(why);
            });
    try {
      return openVisible();
    } catch (CudaException | LinkageError e) {
      throw new NoGpuException(e.getMessage());
    }
  }

  /**
   * Why some GPU cannot be used, or why there is none; else empty. Takes none.
   *
   * @param ordinals of the GPUs that are asked about; all that the driver sees where it does not
   *     see one of them, or none is named
   */
  static Optional<String> fault(List<Integer> ordinals) {
    if (Cuda.failure().isPresent()) {
      return Cuda.failure();
    }
    try {
      int count = count();
      boolean areSeen = !ordinals.isEmpty() && ordinals.stream().allMatch(some -> some < count);
      int[] device = new int[1];
      for (int ordinal : areSeen ? ordinals : IntStream.range(0, count).boxed().toList()) {
        Cuda.check(Cuda.cuDeviceGet(device, ordinal), "cuDeviceGet");
        called(device[0]);
      }
      return Optional.empty();
    } catch (CudaException | NoGpuException | LinkageError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static int count() {
    Cuda.check(Cuda.cuInit(0), "cuInit");
    int[] value = new int[1];
    Cuda.check(Cuda.cuDeviceGetCount(value), "cuDeviceGetCount");
    if (value[0] == 0) {
      throw new NoGpuException("the driver sees no GPU");
    }
    return value[0];
  }

  private static int capability(int device) {
    return 10 * attribute(device, Cuda.CAPABILITY_MAJOR) + attribute(device, Cuda.CAPABILITY_MINOR);
  }

  /** Its name and capability, where that suffices. */
  private static String called(int device) {
    byte[] bytes = new byte[LONGEST_NAME];
    Cuda.check(Cuda.cuDeviceGetName(bytes, bytes.length, device), "cuDeviceGetName");
    String name = new String(bytes, StandardCharsets.UTF_8).split("\0", 2)[0];
    int capability = capability(device);
    String called =
        String.format(
            Locale.ROOT, "%s, compute capability %d.%d", name, capability / 10, capability % 10);
    if (capability < LEAST_CAPABILITY) {
      throw new NoGpuException(
          String.format(Locale.ROOT, "%s: 8.0 or later is needed for bfloat16", called));
    }
    return called;
  }

  private static GpuDevice openVisible() {
    count();
    int device = device();
    String called = called(device);
    long[] context = new long[1];
    Cuda.check(Cuda.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
    Cuda.check(Cuda.cuCtxSetCurrent(context[0]), "cuCtxSetCurrent");
    return load(device, context[0], capability(device), called);
  }

  private static int device() {
    long[] current = new long[1];
    Cuda.check(Cuda.cuCtxGetCurrent(current), "cuCtxGetCurrent");
    int[] value = new int[1];
    if (current[0] == 0) {
      Cuda.check(Cuda.cuDeviceGet(value, 0), "cuDeviceGet");
    } else {
      Cuda.check(Cuda.cuCtxGetDevice(value), "cuCtxGetDevice");
    }
    return value[0];
  }

  private static GpuDevice load(int device, long context, int capability, String called) {
    LoadedImage encoder;
    try {
      encoder = LoadedImage.firstOf(IMAGES);
    } catch (NoGpuException e) {
      throw new NoGpuException(called + ": " + e.getMessage());
    }
    Products products = new MmaProducts(encoder);
    String otherwise = "";
    if (capability == HOPPER) {
      try {
        products = hopperProducts(device);
      } catch (NoGpuException e) {
        otherwise = ", for " + e.getMessage();
      }
    }
    String told =
        String.format(
            Locale.ROOT, "%s, %s, products by %s%s", called, encoder, products, otherwise);
    return new GpuDevice(device, context, encoder, products, told);
  }

  private static Products hopperProducts(int device) {
    TensorMap.failure()
        .ifPresent(
            why -> {
              throw new NoGpuException(why);
            });
    return new HopperProducts(
        LoadedImage.firstOf(HOPPER_IMAGES), attribute(device, Cuda.MULTIPROCESSORS));
  }

  /** Makes its context that of the calling thread. */
  void enter() {
    long[] current = new long[1];
    Cuda.check(Cuda.cuCtxGetCurrent(current), "cuCtxGetCurrent");
    if (current[0] != context) {
      Cuda.check(Cuda.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }
  }

  /** Bytes of the cache that all multiprocessors share. */
  long cacheBytes() {
    return attribute(ordinal, Cuda.CACHE_BYTES);
  }

  private static int attribute(int device, int attribute) {
    int[] value = new int[1];
    Cuda.check(Cuda.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
    return value[0];
  }

  @Override
  public String toString() {
    return told;
  }
}
