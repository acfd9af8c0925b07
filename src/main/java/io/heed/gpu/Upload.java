package io.heed.gpu;

import io.heed.kernel.Normalization;
import io.heed.kernel.RmsNormalization;
import io.heed.layer.LayerNorm;
import io.heed.layer.Linear;
import io.heed.layer.Norm;
import io.heed.layer.RmsNorm;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Brings arrays to the device, through some memory of this machine. Not thread-safe. */
final class Upload implements AutoCloseable {
  private static final int PIECE_BYTES = 4 << 20;

  private final DeviceMemory memory;
  private final HostMemory piece = new HostMemory(PIECE_BYTES);
  private final ByteBuffer bytes = piece.buffer();
  private final List<DeviceMemory.Block> blocks = new ArrayList<>();

  Upload(DeviceMemory memory) {
    this.memory = memory;
  }

  /** Float32 values, at their address on the device. */
  long floats(float[] values) {
    long address = allocate((long) values.length * Float.BYTES);
    int most = PIECE_BYTES / Float.BYTES;
    for (int from = 0; from < values.length; from += most) {
      int count = Math.min(most, values.length - from);
      bytes.clear();
      bytes.asFloatBuffer().put(values, from, count);
      send(address + (long) from * Float.BYTES, (long) count * Float.BYTES);
    }
    return address;
  }

  /** The same of a matrix. */
  long floats(Matrix matrix) {
    float[] values = new float[matrix.rows() * matrix.columns()];
    for (int row = 0; row < matrix.rows(); row++) {
      int to = row * matrix.columns();
      System.arraycopy(matrix.data(), matrix.index(row), values, to, matrix.columns());
    }
    return floats(values);
  }

  /** A map as it is. */
  DeviceMap map(Linear map) {
    return new DeviceMap(
        bfloat16(map.table()),
        floats(map.projection().bias()),
        map.outputs(),
        map.inputs(),
        map.projection().activation(),
        DeviceMap.Form.ALONE);
  }

  /** What normalises. */
  DeviceNorm norm(Norm norm) {
    if (norm instanceof LayerNorm layer) {
      Normalization values = layer.normalization();
      return new DeviceNorm(
          floats(values.gain()),
          floats(values.bias()),
          DeviceNorm.Form.LAYER,
          (float) values.epsilon());
    }
    if (norm instanceof RmsNorm rms) {
      RmsNormalization values = rms.normalization();
      return new DeviceNorm(
          floats(values.gain()), 0, DeviceNorm.Form.ROOT_MEAN_SQUARE, (float) values.epsilon());
    }
    return DeviceNorm.NONE;
  }

  /** Some rows of a matrix. */
  private interface Rows {
    /** The rows from one on, so many of them. */
    Matrix of(int from, int count);
  }

  /** A matrix as bfloat16, {@code [rows, columns]}. */
  long bfloat16(Matrix matrix) {
    return bfloat16(
        matrix.rows(), matrix.columns(), (from, count) -> matrix.rows(from, from + count));
  }

  /** The rows of a table as bfloat16, {@code [rows, columns]}. */
  long bfloat16(EmbeddingTable table) {
    int most = piece(table.columns());
    Matrix some = Matrix.allocate(Math.min(most, table.rows()), table.columns());
    return bfloat16(
        table.rows(),
        table.columns(),
        (from, count) -> {
          int[] rows = IntStream.range(from, from + count).toArray();
          table.gather(rows, count, some.data(), some.offset());
          return some.rows(0, count);
        });
  }

  /** Rows that are sent together. */
  private static int piece(int columns) {
    return Math.max(1, PIECE_BYTES / Short.BYTES / columns);
  }

  private long bfloat16(int rows, int columns, Rows source) {
    long rowBytes = (long) columns * Short.BYTES;
    long address = allocate(rows * rowBytes);
    int most = piece(columns);
    for (int from = 0; from < rows; from += most) {
      Matrix some = source.of(from, Math.min(most, rows - from));
      bytes.clear();
      for (int i = 0; i < some.rows(); i++) {
        for (int c = 0; c < columns; c++) {
          bytes.putShort(BFloat16.of(some.at(i, c)));
        }
      }
      send(address + from * rowBytes, some.rows() * rowBytes);
    }
    return address;
  }

  /** Room that is filled piece by piece. */
  long allocate(long size) {
    DeviceMemory.Block block = memory.allocate(Math.max(1, size));
    blocks.add(block);
    return block.address();
  }

  /** The piece is written again when the copy has left it. */
  private void send(long to, long count) {
    Cuda.check(
        Cuda.cuMemcpyHtoDAsync_v2(to, piece.address(), count, Cuda.STREAM), "cuMemcpyHtoDAsync");
    Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
    Reference.reachabilityFence(piece);
  }

  /** What was taken, which belongs to the caller from now on. */
  List<DeviceMemory.Block> taken() {
    List<DeviceMemory.Block> all = List.copyOf(blocks);
    blocks.clear();
    return all;
  }

  /** Gives back what nobody has taken. */
  @Override
  public void close() {
    blocks.forEach(DeviceMemory.Block::close);
  }
}
