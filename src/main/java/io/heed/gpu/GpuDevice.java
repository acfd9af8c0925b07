package io.heed.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The GPU of this process: its primary context, which cuDF shares, and Heed's kernels in it. For
 * any number of threads, each of which enters before it computes.
 *
 * @param told its name, its compute capability, and which image computes
 */
record GpuDevice(int ordinal, long context, long module, String told) {
  /** The first with products of bfloat16. */
  private static final int LEAST_CAPABILITY = 80;

  /** Machine code for what is known today, then what any later driver and card make of theirs. */
  private static final List<String> IMAGES = List.of("encoder.fatbin", "encoder.ptx");

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

  private static GpuDevice openVisible() {
    Cuda.check(Cuda.cuInit(0), "cuInit");
    int[] value = new int[1];
    Cuda.check(Cuda.cuDeviceGetCount(value), "cuDeviceGetCount");
    if (value[0] == 0) {
      throw new NoGpuException("the driver sees no GPU");
    }
    int device = device();
    byte[] bytes = new byte[LONGEST_NAME];
    Cuda.check(Cuda.cuDeviceGetName(bytes, bytes.length, device), "cuDeviceGetName");
    String name = new String(bytes, StandardCharsets.UTF_8).split("\0", 2)[0];
    int capability =
        10 * attribute(device, Cuda.CAPABILITY_MAJOR) + attribute(device, Cuda.CAPABILITY_MINOR);
    String called =
        String.format(
            Locale.ROOT, "%s, compute capability %d.%d", name, capability / 10, capability % 10);
    if (capability < LEAST_CAPABILITY) {
      throw new NoGpuException(
          String.format(Locale.ROOT, "%s: 8.0 or later is needed for bfloat16", called));
    }
    long[] context = new long[1];
    Cuda.check(Cuda.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
    Cuda.check(Cuda.cuCtxSetCurrent(context[0]), "cuCtxSetCurrent");
    return load(device, context[0], called);
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

  /** Takes the first image that the driver does. */
  private static GpuDevice load(int device, long context, String called) {
    List<String> refused = new ArrayList<>();
    for (String image : IMAGES) {
      long[] module = new long[1];
      try {
        Cuda.check(
            Cuda.cuModuleLoadDataEx(module, bytes(image), 0, 0, 0),
            "cuModuleLoadDataEx of " + image);
        return new GpuDevice(device, context, module[0], called + ", " + image);
      } catch (CudaException e) {
        refused.add(e.getMessage());
      }
    }
    throw new NoGpuException(
        String.format(
            Locale.ROOT,
            "%s: the driver takes none of Heed's images: %s",
            called,
            String.join("; ", refused)));
  }

  /** With a zero behind it, which ends a text and bothers nothing else. */
  private static byte[] bytes(String image) {
    try (InputStream in = GpuDevice.class.getResourceAsStream(image)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + image);
      }
      byte[] all = in.readAllBytes();
      return Arrays.copyOf(all, all.length + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
