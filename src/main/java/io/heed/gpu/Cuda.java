package io.heed.gpu;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Locale;
import java.util.Optional;

/**
 * What Heed calls of NVIDIA's driver library; nothing else of CUDA has to be on a node. Names and
 * meanings are those of the <a href="https://docs.nvidia.com/cuda/cuda-driver-api/">driver API</a>.
 * Handles, host pointers and device addresses are {@code long}; every call gives the driver's code,
 * 0 for success.
 */
final class Cuda {
  /** System property with the library to load; an emulated one in tests. */
  static final String LIBRARY = "heed.gpu.library";

  /** {@code CU_STREAM_PER_THREAD}, on which cuDF's calls of the same thread run as well. */
  static final long STREAM = 2;

  static final int OUT_OF_MEMORY = 2;

  /** Attributes of a device. */
  static final int MULTIPROCESSORS = 16;

  static final int CACHE_BYTES = 38;
  static final int CAPABILITY_MAJOR = 75;
  static final int CAPABILITY_MINOR = 76;

  /** Attribute of a function: bytes of shared memory that a launch may ask for. */
  static final int MOST_SHARED_MEMORY = 8;

  private Cuda() {}

  /** Loaded when it is first asked for, once in a JVM. */
  private static final class Loading {
    private static final Optional<String> FAILURE = load(Cuda.class);
  }

  /** Makes the driver's functions those of a class; why that cannot be, or empty. */
  static Optional<String> load(Class<?> functions) {
    String library = System.getProperty(LIBRARY, "libcuda.so.1");
    try {
      Native.register(functions, NativeLibrary.getInstance(library));
      return Optional.empty();
    } catch (LinkageError e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return Optional.of(
          String.format(Locale.ROOT, "NVIDIA's driver %s cannot be loaded: %s", library, why));
    }
  }

  /** Why nothing can be called in this JVM, or empty. */
  static Optional<String> failure() {
    return Loading.FAILURE;
  }

  /**
   * Checks what a call gave.
   *
   * @throws CudaException when it failed
   */
  static void check(int code, String call) {
    if (code != 0) {
      throw new CudaException(call, code, name(code));
    }
  }

  private static String name(int code) {
    long[] name = new long[1];
    boolean known = cuGetErrorName(code, name) == 0 && name[0] != 0;
    return known ? new Pointer(name[0]).getString(0) : "an unknown error";
  }

  static native int cuInit(int flags);

  static native int cuDeviceGetCount(int[] count);

  static native int cuDeviceGet(int[] device, int ordinal);

  static native int cuDeviceGetName(byte[] name, int length, int device);

  static native int cuDeviceGetAttribute(int[] value, int attribute, int device);

  static native int cuDevicePrimaryCtxRetain(long[] context, int device);

  static native int cuCtxGetCurrent(long[] context);

  static native int cuCtxSetCurrent(long context);

  static native int cuCtxGetDevice(int[] device);

  static native int cuModuleLoadDataEx(
      long[] module, byte[] image, int options, long keys, long values);

  static native int cuModuleGetFunction(long[] function, long module, String name);

  static native int cuFuncSetAttribute(long function, int attribute, int value);

  static native int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedMemory,
      long stream,
      long parameters,
      long extra);

  static native int cuMemAlloc_v2(long[] address, long bytes);

  static native int cuMemFree_v2(long address);

  static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemsetD8Async(long to, byte value, long bytes, long stream);

  static native int cuStreamSynchronize(long stream);

  private static native int cuGetErrorName(int code, long[] name);
}
