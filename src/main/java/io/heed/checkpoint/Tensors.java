package io.heed.checkpoint;

import io.heed.tensor.EmbeddingTable;
import java.util.List;

/** Tensors by name. */
public interface Tensors {

  /** Whether there is a tensor of this name, whatever its shape. */
  boolean has(String name);

  /**
   * The name under which there is a tensor.
   *
   * @param names that it may have, the likeliest first
   * @throws CheckpointException when there is none of them
   */
  String name(List<String> names);

  /** Whether two tensors that are there are one, as tied weights in a pickle are. */
  boolean same(String name, String other);

  /**
   * A tensor as float32, row-major, in an array of its own.
   *
   * @param name as the file has it
   * @param shape the shape that the configuration asks for
   * @throws CheckpointException when it is absent, of another shape, not F32, F16 or BF16, or has a
   *     value that is not finite
   */
  float[] floats(String name, int... shape);

  /**
   * Checks that a tensor can be read, without reading its values.
   *
   * @throws CheckpointException when it is absent, of another shape, or not F32, F16 or BF16
   */
  void check(String name, int... shape);

  /**
   * A tensor {@code [count]} of whole numbers from 0 to {@code below} (exclusive).
   *
   * @throws CheckpointException when it is absent, of another shape, not I64 or I32, or has another
   *     number
   */
  int[] indices(String name, int count, int below);

  /**
   * A tensor {@code [rows, columns]} whose rows are fetched by number: in memory as float32, or
   * mapped in the file's own format where it takes more than 256 MB there. A mapped table outlives
   * the files, and its values are not checked to be finite.
   *
   * @throws CheckpointException as {@link #floats}
   */
  EmbeddingTable table(String name, int rows, int columns);

  /**
   * The same of a table that is stored as I8, whole numbers from -128 to 127 that are taken as they
   * are.
   *
   * @throws CheckpointException as {@link #floats}, but for the format
   */
  EmbeddingTable byteTable(String name, int rows, int columns);
}
