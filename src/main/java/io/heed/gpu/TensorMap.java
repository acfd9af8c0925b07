package io.heed.gpu;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * How copies of tiles read a matrix of bfloat16, as the driver encodes it: 64 columns at a time
 * with the swizzle of 128 bytes, zeros behind the matrix. Encoded anew for each launch. Not
 * thread-safe.
 */
final class TensorMap {
  /** Columns of a tile. */
  static final int COLUMNS = 64;

  static final int BYTES = 128;
  static final int ALIGNMENT = 64;

  /** Numbers of the driver: {@code CU_TENSOR_MAP_DATA_TYPE_BFLOAT16}, and so on. */
  private static final int BFLOAT16 = 9;

  private static final int SWIZZLE_128_BYTES = 3;
  private static final int FETCH_256_BYTES = 3;

  /** Where the driver's lists stand behind the map: sizes, pitch, tile, steps. */
  private static final int SIZES = BYTES;

  private static final int PITCH = SIZES + 2 * Long.BYTES;
  private static final int TILE = PITCH + Long.BYTES;
  private static final int STEPS = TILE + 2 * Integer.BYTES;
  private static final int END = STEPS + 2 * Integer.BYTES;

  private final HostMemory memory = new HostMemory(END + ALIGNMENT);
  private final int begin = (int) (-memory.address() & ALIGNMENT - 1);
  private final ByteBuffer bytes = memory.buffer();

  /** Drivers of CUDA 11 have no such function, and may have all else. */
  private static final class Loading {
    private static final Optional<String> FAILURE = Cuda.load(TensorMap.class);
  }

  /** Why no map can be encoded in this JVM, or empty. */
  static Optional<String> failure() {
    return Loading.FAILURE;
  }

  /**
   * Encodes a matrix.
   *
   * @param tileRows rows of a tile
   * @return the map's bytes, until the next
   */
  ByteBuffer encode(long address, int rows, int columns, int tileRows) {
    bytes.putLong(begin + SIZES, columns).putLong(begin + SIZES + Long.BYTES, rows);
    bytes.putLong(begin + PITCH, (long) columns * Short.BYTES);
    bytes.putInt(begin + TILE, COLUMNS).putInt(begin + TILE + Integer.BYTES, tileRows);
    bytes.putInt(begin + STEPS, 1).putInt(begin + STEPS + Integer.BYTES, 1);
    long at = memory.address() + begin;
    Cuda.check(
        cuTensorMapEncodeTiled(
            at,
            BFLOAT16,
            2,
            address,
            at + SIZES,
            at + PITCH,
            at + TILE,
            at + STEPS,
            0,
            SWIZZLE_128_BYTES,
            FETCH_256_BYTES,
            0),
        "cuTensorMapEncodeTiled");
    return bytes.slice(begin, BYTES);
  }

  private static native int cuTensorMapEncodeTiled(
      long map,
      int type,
      int rank,
      long address,
      long sizes,
      long pitches,
      long tile,
      long steps,
      int interleaving,
      int swizzle,
      int fetching,
      int fill);
}
