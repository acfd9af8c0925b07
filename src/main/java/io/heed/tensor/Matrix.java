package io.heed.tensor;

import java.util.Locale;
import java.util.Objects;

/**
 * A row-major view of float32 values, {@code [rows, columns]}. Views share the array they look at.
 * Without rows they look at nothing, and any offset will do.
 *
 * @param data the array that holds the values
 * @param offset index in {@code data} of the first value
 * @param rows number of rows
 * @param columns number of values in a row
 * @param stride distance in {@code data} between the first values of neighbouring rows, at least
 *     {@code columns}
 */
public record Matrix(float[] data, int offset, int rows, int columns, int stride) {
  /**
   * Index from which vectors of 16 floats do not cross cache lines in a large array. G1 puts an
   * array of more than half a region at the start of one, and its first element 16 bytes further.
   * In other arrays this index is as good as any.
   */
  public static final int ALIGNED_OFFSET = 12;

  /**
   * Checks that the view lies inside its array.
   *
   * @throws IllegalArgumentException naming the shape and the array's length when it does not
   */
  public Matrix {
    Objects.requireNonNull(data, "data");
    boolean shaped = offset >= 0 && rows >= 0 && columns >= 0 && stride >= columns;
    long end = rows == 0 ? 0 : offset + (rows - 1L) * stride + columns;
    if (!shaped || end > data.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a view of %d x %d at offset %d with stride %d does not lie in an array of %d values",
              rows,
              columns,
              offset,
              stride,
              data.length));
    }
  }

  /** A matrix of zeros in an array of its own. */
  public static Matrix allocate(int rows, int columns) {
    return of(new float[Math.multiplyExact(rows, columns)], rows, columns);
  }

  /** The first {@code rows * columns} values of {@code data}, without gaps between rows. */
  public static Matrix of(float[] data, int rows, int columns) {
    return new Matrix(data, 0, rows, columns, columns);
  }

  /** Index in {@link #data} of the first value of {@code row}. */
  public int index(int row) {
    return offset + row * stride;
  }

  /** The value at {@code row}, {@code column}. */
  public float at(int row, int column) {
    return data[index(Objects.checkIndex(row, rows)) + Objects.checkIndex(column, columns)];
  }

  /** The rows {@code from} (inclusive) to {@code to} (exclusive), same columns. */
  public Matrix rows(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    return new Matrix(data, index(from), to - from, columns, stride);
  }

  /** The columns {@code from} (inclusive) to {@code to} (exclusive) of every row. */
  public Matrix columns(int from, int to) {
    Objects.checkFromToIndex(from, to, columns);
    return new Matrix(data, offset + from, rows, to - from, stride);
  }
}
