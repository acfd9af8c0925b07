package io.heed.gpu;

import java.util.Locale;

/** Where memory of the device comes from: a pool that others share, or the driver. */
@FunctionalInterface
public interface DeviceMemory {

  /** Memory that is given back when it is closed, aligned to 256 bytes. */
  interface Block extends AutoCloseable {
    /** Its address on the device. */
    long address();

    @Override
    void close();
  }

  /**
   * Takes memory.
   *
   * @param bytes at least 1
   */
  Block allocate(long bytes);

  /** Memory of the driver's own. */
  static DeviceMemory ofDriver() {
    return bytes -> {
      long[] address = new long[1];
      Cuda.check(
          Cuda.cuMemAlloc_v2(address, bytes),
          String.format(Locale.ROOT, "cuMemAlloc of %,d bytes", bytes));
      return new DriverBlock(address[0]);
    };
  }

  /** A block of the driver's. */
  record DriverBlock(long address) implements Block {
    @Override
    public void close() {
      Cuda.check(Cuda.cuMemFree_v2(address), "cuMemFree");
    }
  }
}
