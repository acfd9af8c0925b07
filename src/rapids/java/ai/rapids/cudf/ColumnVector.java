package ai.rapids.cudf;

import com.sun.jna.Pointer;
import java.util.Optional;

/** A column that owns its memory. */
public final class ColumnVector extends ColumnView {
  private boolean closed;

  private ColumnVector(
      DType type,
      long rows,
      DeviceMemoryBuffer data,
      DeviceMemoryBuffer offsets,
      ColumnVector child,
      long nulls) {
    super(type, rows, data, offsets, child, nulls);
  }

  public ColumnVector(
      DType type,
      long rows,
      Optional<Long> nullCount,
      DeviceMemoryBuffer data,
      DeviceMemoryBuffer validity,
      DeviceMemoryBuffer offsets) {
    this(type, rows, data, offsets, null, nullCount.orElse(0L));
  }

  public static ColumnVector sequence(Scalar first, Scalar step, int rows) {
    int[] values = new int[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = first.value + i * step.value;
    }
    return fromInts(values);
  }

  public ColumnVector makeListFromOffsets(long rows, ColumnView offsets) {
    ColumnVector values = copyOf(this);
    try {
      return new ColumnVector(DType.LIST, rows, null, copy(offsets.data), values, 0);
    } catch (RuntimeException e) {
      values.close();
      throw e;
    }
  }

  private static ColumnVector copyOf(ColumnVector values) {
    return new ColumnVector(values.type, values.rows, copy(values.data), null, null, 0);
  }

  private static DeviceMemoryBuffer copy(DeviceMemoryBuffer from) {
    DeviceMemoryBuffer to = DeviceMemoryBuffer.allocate(from.getLength());
    byte[] bytes = new Pointer(from.getAddress()).getByteArray(0, (int) from.getLength());
    new Pointer(to.getAddress()).write(0, bytes, 0, bytes.length);
    return to;
  }

  public static ColumnVector fromInts(int... values) {
    DeviceMemoryBuffer data = DeviceMemoryBuffer.allocate(Math.max(1, 4L * values.length));
    new Pointer(data.getAddress()).write(0, values, 0, values.length);
    return new ColumnVector(DType.INT32, values.length, data, null, null, 0);
  }

  /** For tests: lists of ints, the first behind some that belong to none; null lists are null. */
  public static ColumnVector listsOf(int before, int[]... lists) {
    int[] offsets = new int[lists.length + 1];
    offsets[0] = before;
    long nulls = 0;
    for (int i = 0; i < lists.length; i++) {
      nulls += lists[i] == null ? 1 : 0;
      offsets[i + 1] = offsets[i] + (lists[i] == null ? 0 : lists[i].length);
    }
    int[] all = new int[offsets[lists.length]];
    for (int i = 0; i < lists.length; i++) {
      if (lists[i] != null) {
        System.arraycopy(lists[i], 0, all, offsets[i], lists[i].length);
      }
    }
    ColumnVector starts = fromInts(offsets);
    return new ColumnVector(DType.LIST, lists.length, null, starts.data, fromInts(all), nulls);
  }

  /** For tests: the lists of a column of lists of floats. */
  public float[][] floats() {
    float[][] lists = new float[(int) rows][];
    Pointer starts = new Pointer(offsets.getAddress());
    for (int i = 0; i < lists.length; i++) {
      int from = starts.getInt(4L * i);
      int to = starts.getInt(4L * i + 4);
      lists[i] = new Pointer(child.data.getAddress()).getFloatArray(4L * from, to - from);
    }
    return lists;
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException("closed twice");
    }
    closed = true;
    if (data != null) {
      data.close();
    }
    if (offsets != null) {
      offsets.close();
    }
    if (child != null) {
      child.close();
    }
  }
}
