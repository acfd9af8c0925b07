package io.heed.rapids;

import ai.rapids.cudf.DeviceMemoryBuffer;
import io.heed.gpu.DeviceMemory;

/** Memory of the pool that the plugin shares among all that computes on its GPU. */
final class CudfMemory {
  private CudfMemory() {}

  /** Memory of a call. */
  static DeviceMemory ofCall() {
    return bytes -> new Buffer(DeviceMemoryBuffer.allocate(bytes));
  }

  /** Memory that stays until the process ends, of which the plugin is not to warn then. */
  static DeviceMemory ofProcess() {
    return bytes -> {
      DeviceMemoryBuffer buffer = DeviceMemoryBuffer.allocate(bytes);
      buffer.noWarnLeakExpected();
      return new Buffer(buffer);
    };
  }

  private record Buffer(DeviceMemoryBuffer buffer) implements DeviceMemory.Block {
    @Override
    public long address() {
      return buffer.getAddress();
    }

    @Override
    public void close() {
      buffer.close();
    }
  }
}
