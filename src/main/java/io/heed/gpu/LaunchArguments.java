package io.heed.gpu;

import java.nio.ByteBuffer;

/**
 * The arguments of a kernel in one block, as the driver takes them ({@code
 * CU_LAUNCH_PARAM_BUFFER_POINTER}): each at a multiple of its size. The driver has copied them when
 * a launch returns, so one object serves all launches of a thread. Not thread-safe.
 */
final class LaunchArguments {
  private static final int MOST_BYTES = 512;
  private static final int BUFFER_POINTER = 1;
  private static final int BUFFER_SIZE = 2;
  private static final int END = 0;

  /** Where the size stands behind the list of five. */
  private static final int SIZE = 5 * Long.BYTES;

  private final HostMemory block = new HostMemory(MOST_BYTES);
  private final ByteBuffer values = block.buffer();
  private final HostMemory extra = new HostMemory(SIZE + Long.BYTES);
  private final ByteBuffer list = extra.buffer();
  private final TensorMap map = new TensorMap();

  LaunchArguments() {
    list.putLong(BUFFER_POINTER).putLong(block.address());
    list.putLong(BUFFER_SIZE).putLong(extra.address() + SIZE).putLong(END);
  }

  /** Begins those of the next kernel. */
  LaunchArguments begin() {
    values.clear();
    return this;
  }

  LaunchArguments address(long value) {
    align(Long.BYTES);
    values.putLong(value);
    return this;
  }

  LaunchArguments integer(int value) {
    align(Integer.BYTES);
    values.putInt(value);
    return this;
  }

  LaunchArguments real(float value) {
    align(Float.BYTES);
    values.putFloat(value);
    return this;
  }

  /** How copies read a matrix of bfloat16, so many rows of it at a time. */
  LaunchArguments matrix(long address, int rows, int columns, int tileRows) {
    align(TensorMap.ALIGNMENT);
    values.put(map.encode(address, rows, columns, tileRows));
    return this;
  }

  private void align(int size) {
    values.position((values.position() + size - 1) / size * size);
  }

  /** Address of the driver's list that names the arguments so far. */
  long extra() {
    list.putLong(SIZE, values.position());
    return extra.address();
  }
}
