package io.heed.checkpoint;

import io.heed.checkpoint.Strides.Dimension;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a tensor whose values stand in another order than that of its shape, as those of a
 * transposed one do. It goes through the file from the first value to the last, once, and puts each
 * where it belongs.
 */
final class StridedReader {
  private final OpenFile file;
  private final TensorEntry entry;
  private final FloatFormat format;
  private final List<Dimension> dimensions;
  private final long span;
  private final ByteBuffer bytes;

  /** Values of the storage from {@link #first} to {@link #end}. */
  private final float[] window;

  private long first;
  private long end;

  /**
   * A reader of one tensor, whose values are {@linkplain Strides#distinct distinct}.
   *
   * @param bufferBytes of the file at once, at least one value
   */
  StridedReader(
      OpenFile file, TensorEntry entry, Strides strides, FloatFormat format, int bufferBytes) {
    this.file = file;
    this.entry = entry;
    this.format = format;
    this.dimensions = strides.dimensions();
    this.span = strides.span();
    this.window = new float[(int) Math.min(span, bufferBytes / format.bytes())];
    this.bytes = ByteBuffer.allocate(window.length * format.bytes());
  }

  /** Fills {@code values}, which has as many places as the tensor. */
  void read(float[] values) {
    long[] places = new long[dimensions.size()];
    long from = 0;
    long to = 0;
    while (true) {
      values[(int) to] = value(from);
      int d = places.length - 1;
      // As the digits of a counter: the last ones that are full begin anew.
      while (d >= 0 && places[d] == dimensions.get(d).size() - 1) {
        from -= places[d] * dimensions.get(d).step();
        to -= places[d] * dimensions.get(d).outputStep();
        places[d--] = 0;
      }
      if (d < 0) {
        return;
      }
      places[d]++;
      from += dimensions.get(d).step();
      to += dimensions.get(d).outputStep();
    }
  }

  private float value(long index) {
    if (index >= end) {
      int count = (int) Math.min(window.length, span - index);
      bytes.clear().limit(count * format.bytes());
      file.fill(bytes, entry.position() + index * format.bytes());
      format.view(bytes.flip()).get(0, window, 0, count);
      first = index;
      end = index + count;
    }
    return window[(int) (index - first)];
  }
}
