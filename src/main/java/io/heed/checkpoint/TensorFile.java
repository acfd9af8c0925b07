package io.heed.checkpoint;

import io.heed.checkpoint.FloatFormat.FloatView;
import io.heed.tensor.EmbeddingTable;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An open file of named tensors, of any size, the places of all tensors checked. Its name says
 * which {@linkplain WeightFormat format} it has.
 */
final class TensorFile implements Closeable {
  /** Tables longer than this in the file stay mapped. */
  private static final long MAPPED_TABLE_BYTES = 256L << 20;

  private static final int BUFFER_BYTES = 1 << 18;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final OpenFile file;
  private final Map<String, TensorEntry> entries;

  private TensorFile(OpenFile file, Map<String, TensorEntry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Opens a file and checks everything but the values of tensors.
   *
   * @param fileName what errors call the file
   * @throws CheckpointException when the file cannot be read or breaks a rule of its format
   */
  static TensorFile open(Path path, String fileName) {
    OpenFile file = OpenFile.open(path, fileName);
    try {
      return new TensorFile(
          file,
          switch (WeightFormat.of(fileName)) {
            case SAFETENSORS -> SafetensorsHeader.read(file);
            case TORCH -> TorchArchive.read(file);
          });
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** What errors call this file. */
  String fileName() {
    return file.name();
  }

  /** The names of all tensors. */
  Set<String> names() {
    return entries.keySet();
  }

  /** The shape of a tensor, outermost dimension first. */
  List<Long> shape(String name) {
    return entry(name).shape();
  }

  /** The safetensors name of a tensor's format, such as {@code BF16}. */
  String dtype(String name) {
    return entry(name).dtype();
  }

  /** Whether two names are of one tensor, as those of tied weights are. */
  boolean same(String name, String other) {
    return entry(name).sameValues(entry(other));
  }

  /**
   * Checks that a tensor is there, of the given shape and of a format that can be read.
   *
   * @throws CheckpointException when it is not
   */
  void check(String name, long... shape) {
    format(entry(name, shape));
  }

  /**
   * Reads a whole tensor as float32, row-major, through a small buffer.
   *
   * @throws CheckpointException when it is absent, of another shape or format, too large for one
   *     Java array, or has a value that is not finite
   */
  float[] read(String name, long... shape) {
    TensorEntry entry = entry(name, shape);
    FloatFormat format = format(entry);
    long count = entry.byteLength() / format.bytes();
    float[] values = new float[arrayLength(name, count)];
    if (entry.strides().isEmpty()) {
      readInOrder(entry, format, values);
    } else {
      new StridedReader(file, entry, entry.strides().get(), format, BUFFER_BYTES).read(values);
    }
    requireFinite(name, values);
    return values;
  }

  private void readInOrder(TensorEntry entry, FloatFormat format, float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, entry.byteLength()));
    int step = buffer.capacity() / format.bytes();
    for (int done = 0; done < values.length; done += step) {
      int next = Math.min(step, values.length - done);
      buffer.clear().limit(next * format.bytes());
      file.fill(buffer, entry.position() + (long) done * format.bytes());
      FloatView view = format.view(buffer.flip());
      view.get(0, values, done, next);
    }
  }

  /**
   * Reads a tensor of whole numbers from 0 to {@code below} (exclusive).
   *
   * @throws CheckpointException when it is absent, of another shape, not I64 or I32, or has another
   *     number
   */
  int[] indices(String name, int count, int below) {
    TensorEntry entry = entry(name, count);
    boolean wide = entry.dtype().equals("I64");
    if (!wide && !entry.dtype().equals("I32") || entry.strides().isPresent()) {
      throw error(
          "%s is stored as %s%s; supported are I64 and I32 in order",
          name, entry.dtype(), entry.strides().isPresent() ? " with strides" : "");
    }
    int[] indices = new int[count];
    int bytes = wide ? Long.BYTES : Integer.BYTES;
    ByteBuffer buffer =
        ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, entry.byteLength()))
            .order(ByteOrder.LITTLE_ENDIAN);
    int step = buffer.capacity() / bytes;
    for (int done = 0; done < count; done += step) {
      int next = Math.min(step, count - done);
      buffer.clear().limit(next * bytes);
      file.fill(buffer, entry.position() + (long) done * bytes);
      buffer.flip();
      for (int i = done; i < done + next; i++) {
        long index = wide ? buffer.getLong() : buffer.getInt();
        if (index < 0 || index >= below) {
          throw error("value %d of %s is %d, not in 0 to %d", i, name, index, below - 1);
        }
        indices[i] = (int) index;
      }
    }
    return indices;
  }

  /**
   * Maps a table, which then needs no memory of its own and outlives this file's {@link #close}.
   * Its values are not looked at.
   *
   * @throws CheckpointException when it is absent or of another shape or format
   */
  MappedTable map(String name, int rows, int columns) {
    return map(name, rows, columns, Integer.MAX_VALUE);
  }

  /** As {@link #map(String, int, int)}, no mapping longer than {@code mapBytes}. */
  MappedTable map(String name, int rows, int columns, int mapBytes) {
    TensorEntry entry = entry(name, rows, columns);
    FloatFormat format = format(entry);
    boolean inOrder = entry.strides().isEmpty();
    if (!inOrder || entry.byteLength() == 0 || entry.byteLength() / rows > mapBytes) {
      throw error("%s of shape %s is not a table of rows to map", name, entry.shape());
    }
    return MappedTable.map(file, entry.position(), format, rows, columns, mapBytes);
  }

  /**
   * A table in memory as float32, or mapped where it takes more than 256 MB in the file and stands
   * there row by row.
   */
  EmbeddingTable table(String name, int rows, int columns) {
    TensorEntry entry = entry(name);
    return entry.byteLength() > MAPPED_TABLE_BYTES && entry.strides().isEmpty()
        ? map(name, rows, columns)
        : new HeapTable(read(name, rows, columns), rows, columns);
  }

  /**
   * A table of numbers from -128 to 127, in memory as float32.
   *
   * @throws CheckpointException when it is absent, of another shape or format, or too large for one
   *     Java array
   */
  EmbeddingTable byteTable(String name, int rows, int columns) {
    TensorEntry entry = entry(name, rows, columns);
    if (!entry.dtype().equals("I8") || entry.strides().isPresent()) {
      throw error("%s is stored as %s, expected I8 row by row", name, entry.dtype());
    }
    float[] values = new float[arrayLength(name, entry.byteLength())];
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(BUFFER_BYTES, values.length));
    for (int done = 0; done < values.length; done += buffer.capacity()) {
      buffer.clear().limit(Math.min(buffer.capacity(), values.length - done));
      file.fill(buffer, entry.position() + done);
      buffer.flip();
      for (int i = done; buffer.hasRemaining(); i++) {
        values[i] = buffer.get();
      }
    }
    return new HeapTable(values, rows, columns);
  }

  private int arrayLength(String name, long count) {
    if (count > MAX_ARRAY) {
      throw error("%s has %d values, more than the %d of one array", name, count, MAX_ARRAY);
    }
    return (int) count;
  }

  /** Closes the file; tables that were mapped stay usable. */
  @Override
  public void close() {
    file.close();
  }

  private TensorEntry entry(String name) {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw error("there is no tensor %s", name);
    }
    return entry;
  }

  private TensorEntry entry(String name, long... shape) {
    TensorEntry entry = entry(name);
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!entry.shape().equals(expected)) {
      throw error("%s has shape %s, expected %s", name, entry.shape(), expected);
    }
    return entry;
  }

  private FloatFormat format(TensorEntry entry) {
    if (entry.strides().isPresent() && !entry.strides().get().distinct()) {
      // A tensor of a few stored values could else be larger than any memory.
      throw error("values of %s of shape %s overlap in its storage", entry.name(), entry.shape());
    }
    return FloatFormat.named(entry.dtype())
        .orElseThrow(
            () ->
                error(
                    "%s is stored as %s; supported are %s",
                    entry.name(), entry.dtype(), Arrays.toString(FloatFormat.values())));
  }

  private void requireFinite(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw error("value %d of %s is %s, not a finite number", i, name, values[i]);
      }
    }
  }

  private CheckpointException error(String format, Object... values) {
    return file.error(format, values);
  }
}
