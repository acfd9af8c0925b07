package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Arrays on the emulated GPU that a test sends and fetches. */
final class DeviceArrays implements AutoCloseable {
  /** Values before and behind an output, which no kernel touches. */
  private static final int GUARDS = 1024;

  /** What memory of the emulated GPU holds that nothing was written to, a NaN. */
  private static final short UNTOUCHED = -1;

  private final List<DeviceMemory.Block> blocks = new ArrayList<>();

  private long allocate(long bytes) {
    DeviceMemory.Block block = DeviceMemory.ofDriver().allocate(bytes);
    blocks.add(block);
    return block.address();
  }

  /** The address of float32 values. */
  long floats(float[] values) {
    HostMemory host = new HostMemory((long) values.length * Float.BYTES);
    host.buffer().asFloatBuffer().put(values);
    return send(host, (long) values.length * Float.BYTES);
  }

  /** The address of values as bfloat16. */
  long bfloat16(float[] values) {
    HostMemory host = new HostMemory((long) values.length * Short.BYTES);
    ShortBuffer numbers = host.buffer().asShortBuffer();
    for (float value : values) {
      numbers.put(BFloat16.of(value));
    }
    return send(host, (long) values.length * Short.BYTES);
  }

  private long send(HostMemory host, long bytes) {
    long address = allocate(bytes);
    Cuda.check(Cuda.cuMemcpyHtoDAsync_v2(address, host.address(), bytes, Cuda.STREAM), "send");
    return address;
  }

  /** Room for so many bfloat16, with guards round it. */
  long output(int count) {
    return allocate((count + 2L * GUARDS) * Short.BYTES) + GUARDS * Short.BYTES;
  }

  /** The bits of an output, whose guards have to be untouched. */
  static short[] fetch(long output, int count) {
    short[] all = new short[count + 2 * GUARDS];
    long bytes = (long) all.length * Short.BYTES;
    HostMemory host = new HostMemory(bytes);
    Cuda.check(
        Cuda.cuMemcpyDtoHAsync_v2(
            host.address(), output - GUARDS * Short.BYTES, bytes, Cuda.STREAM),
        "fetch");
    host.buffer().asShortBuffer().get(all);
    short[] guards = new short[GUARDS];
    Arrays.fill(guards, UNTOUCHED);
    assertThat(Arrays.copyOf(all, GUARDS)).as("before the output").isEqualTo(guards);
    assertThat(Arrays.copyOfRange(all, GUARDS + count, all.length))
        .as("behind the output")
        .isEqualTo(guards);
    return Arrays.copyOfRange(all, GUARDS, GUARDS + count);
  }

  /** A bfloat16 as float32. */
  static float value(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  /** Asserts that bits are those of values, but for their rounding and a little beside it. */
  static void assertNear(short[] bits, float[] expected) {
    double rounding = 1.1 / (1 << 8);
    double little = 1e-4;
    assertThat(bits).hasSameSizeAs(expected);
    for (int i = 0; i < bits.length; i++) {
      float found = value(bits[i]);
      // Asserted where it fails alone: asserting takes longer than the kernels.
      if (!(Math.abs(found - expected[i]) <= rounding * Math.abs(expected[i]) + little)) {
        assertThat(found).as("value %d of %d", i, bits.length).isEqualTo(expected[i]);
      }
    }
  }

  /** Frees the memory. */
  @Override
  public void close() {
    blocks.forEach(DeviceMemory.Block::close);
  }
}
