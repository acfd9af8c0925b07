package io.heed.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory of this machine that the driver reads and writes. */
final class HostMemory implements AutoCloseable {
  private final Memory memory;

  HostMemory(long bytes) {
    this.memory = new Memory(Math.max(1, bytes));
  }

  long address() {
    return Pointer.nativeValue(memory);
  }

  ByteBuffer buffer() {
    return memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
  }

  /** Frees it, also what {@link #buffer} gave; what is not closed is freed with the object. */
  @Override
  public void close() {
    memory.close();
  }
}
