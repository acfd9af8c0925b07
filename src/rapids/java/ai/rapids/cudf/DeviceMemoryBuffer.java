package ai.rapids.cudf;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicLong;

/** Memory of the pool. */
public class DeviceMemoryBuffer extends BaseDeviceMemoryBuffer {
  private static final AtomicLong ALLOCATED = new AtomicLong();
  private static volatile Runnable before = () -> {};
  private Memory memory;

  private DeviceMemoryBuffer(Memory memory, long length) {
    super(Pointer.nativeValue(memory), length);
    this.memory = memory;
    ALLOCATED.addAndGet(length);
  }

  public static DeviceMemoryBuffer allocate(long bytes) {
    before.run();
    // Aligned as the pool's are.
    Memory memory = (Memory) new Memory(bytes + 512).align(256);
    memory.setMemory(0, bytes, (byte) -1);
    return new DeviceMemoryBuffer(memory, bytes);
  }

  @Override
  void free() {
    ALLOCATED.addAndGet(-length);
    memory = null;
  }

  /** For tests: bytes that nobody has given back. */
  public static long allocated() {
    return ALLOCATED.get();
  }

  /** For tests: runs before each allocation. */
  public static void beforeEach(Runnable action) {
    before = action;
  }
}
