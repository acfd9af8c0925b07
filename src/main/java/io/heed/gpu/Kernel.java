package io.heed.gpu;

import java.lang.ref.Reference;

/**
 * A kernel of the loaded image.
 *
 * @param function the driver's handle
 * @param threads of a block
 * @param sharedMemory bytes of each block
 */
record Kernel(String name, long function, int threads, int sharedMemory) {
  /** What a launch may ask for without leave. */
  private static final int FREE_SHARED_MEMORY = 48 << 10;

  /** The kernel of a name. */
  static Kernel of(long module, String name, int threads, int sharedMemory) {
    long[] function = new long[1];
    Cuda.check(Cuda.cuModuleGetFunction(function, module, name), "cuModuleGetFunction " + name);
    if (sharedMemory > FREE_SHARED_MEMORY) {
      Cuda.check(
          Cuda.cuFuncSetAttribute(function[0], Cuda.MOST_SHARED_MEMORY, sharedMemory),
          "cuFuncSetAttribute " + name);
    }
    return new Kernel(name, function[0], threads, sharedMemory);
  }

  /** Starts it in the stream of the calling thread, on so many blocks. */
  void launch(int columns, int rows, LaunchArguments arguments) {
    Cuda.check(
        Cuda.cuLaunchKernel(
            function,
            columns,
            rows,
            1,
            threads,
            1,
            1,
            sharedMemory,
            Cuda.STREAM,
            0,
            arguments.extra()),
        name);
    Reference.reachabilityFence(arguments);
  }
}
