package io.heed.checkpoint;

import io.heed.checkpoint.FloatFormat.FloatView;
import io.heed.tensor.EmbeddingTable;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An open safetensors file of any size, its header fully checked.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">the format</a>, eight
 * bytes of header length, a JSON header, then the values.
 */
final class SafetensorsFile implements Closeable {
  /** The reference implementation's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  /** Tables longer than this in the file stay mapped. */
  private static final long MAPPED_TABLE_BYTES = 256L << 20;

  private static final int BUFFER_BYTES = 1 << 18;
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final FileChannel channel;
  private final String fileName;
  private final Map<String, TensorEntry> entries;

  private SafetensorsFile(FileChannel channel, String fileName, Map<String, TensorEntry> entries) {
    this.channel = channel;
    this.fileName = fileName;
    this.entries = entries;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param fileName what errors call the file
   * @throws CheckpointException when the file cannot be read or breaks a rule of the format
   */
  static SafetensorsFile open(Path path, String fileName) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new SafetensorsFile(channel, fileName, readHeader(channel, fileName));
      } catch (Throwable e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(fileName, e);
    }
  }

  private static Map<String, TensorEntry> readHeader(FileChannel channel, String fileName)
      throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "the file has %d bytes, fewer than the 8 of its header length (%s)",
              size,
              fileName));
    }
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0, fileName);
    requireNoText(prefix.array(), fileName);
    long length = prefix.getLong(0);
    if (length < 0 || length > Math.min(size - Long.BYTES, MAX_HEADER_BYTES)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "header length %s is more than the %d bytes that follow it or the limit of %d (%s)",
              Long.toUnsignedString(length),
              size - Long.BYTES,
              MAX_HEADER_BYTES,
              fileName));
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    readFully(channel, json, Long.BYTES, fileName);
    long dataStart = Long.BYTES + length;
    return SafetensorsHeader.parse(json.array(), fileName, dataStart, size - dataStart);
  }

  /** A length that the format allows has zeros where a message of a server has letters. */
  private static void requireNoText(byte[] prefix, String fileName) {
    String text = new String(prefix, StandardCharsets.ISO_8859_1);
    if (text.chars().allMatch(c -> c >= ' ' && c < 127)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "the file begins with the text '%s', not with the length of a safetensors header (%s)",
              text,
              fileName));
    }
  }

  /** What errors call this file. */
  String fileName() {
    return fileName;
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

  /** Bytes that a tensor takes in the file. */
  long byteLength(String name) {
    return entry(name).byteLength();
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
    if (count > MAX_ARRAY) {
      throw error("%s has %d values, more than the %d of one array", name, count, MAX_ARRAY);
    }
    float[] values = new float[(int) count];
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, entry.byteLength()));
    int step = buffer.capacity() / format.bytes();
    try {
      for (int done = 0; done < values.length; done += step) {
        int next = Math.min(step, values.length - done);
        buffer.clear().limit(next * format.bytes());
        readFully(channel, buffer, entry.position() + (long) done * format.bytes(), fileName);
        FloatView view = format.view(buffer.flip());
        view.get(0, values, done, next);
      }
    } catch (IOException e) {
      throw unreadable(fileName, e);
    }
    requireFinite(name, values);
    return values;
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
    if (entry.byteLength() == 0 || entry.byteLength() / rows > mapBytes) {
      throw error("%s of shape %s is not a table of rows to map", name, entry.shape());
    }
    try {
      return MappedTable.map(channel, entry.position(), format, rows, columns, mapBytes);
    } catch (IOException e) {
      throw unreadable(fileName, e);
    }
  }

  /** A table in memory as float32, or mapped where it takes more than 256 MB in the file. */
  EmbeddingTable table(String name, int rows, int columns) {
    return byteLength(name) > MAPPED_TABLE_BYTES
        ? map(name, rows, columns)
        : new HeapTable(read(name, rows, columns), rows, columns);
  }

  /** Closes the file; tables that were mapped stay usable. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(fileName, e);
    }
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
    return new CheckpointException(
        String.format(
            Locale.ROOT, "%s (%s)", String.format(Locale.ROOT, format, values), fileName));
  }

  private static void readFully(
      FileChannel channel, ByteBuffer buffer, long position, String fileName) throws IOException {
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position + buffer.position());
      if (read < 0) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "the file ends before byte %d (%s)",
                position + buffer.limit(),
                fileName));
      }
    }
  }

  private static RuntimeException unreadable(String fileName, IOException e) {
    // A cancelled task closes the channel under a reader; that says nothing about the checkpoint.
    return e instanceof ClosedByInterruptException
        ? new UncheckedIOException(e)
        : new CheckpointException(
            String.format(Locale.ROOT, "%s cannot be read: %s", fileName, e), e);
  }
}
