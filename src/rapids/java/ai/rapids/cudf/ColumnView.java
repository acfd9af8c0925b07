package ai.rapids.cudf;

/** A column, or a part of one, that others own. */
public class ColumnView implements AutoCloseable {
  final DType type;
  final long rows;
  final DeviceMemoryBuffer data;
  final DeviceMemoryBuffer offsets;
  final ColumnView child;
  final long nulls;

  ColumnView(
      DType type,
      long rows,
      DeviceMemoryBuffer data,
      DeviceMemoryBuffer offsets,
      ColumnView child,
      long nulls) {
    this.type = type;
    this.rows = rows;
    this.data = data;
    this.offsets = offsets;
    this.child = child;
    this.nulls = nulls;
  }

  public final long getRowCount() {
    return rows;
  }

  public long getNullCount() {
    return nulls;
  }

  public final ColumnView getChildColumnView(int index) {
    return new ColumnView(
        child.type, child.rows, child.data, child.offsets, child.child, child.nulls);
  }

  public final BaseDeviceMemoryBuffer getData() {
    return data;
  }

  public final BaseDeviceMemoryBuffer getOffsets() {
    return offsets;
  }

  @Override
  public void close() {}
}
