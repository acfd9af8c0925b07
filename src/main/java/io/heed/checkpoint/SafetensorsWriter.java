package io.heed.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes a safetensors file as the {@code safetensors} library lays it out: an eight-byte header
 * length, a JSON header padded with spaces to a multiple of eight bytes, then the tensors end to
 * end, little endian, widest values first and by name.
 *
 * <p>Values are asked for when they are written, one tensor at a time, so that a large checkpoint
 * needs the memory of its largest tensor.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsWriter {
  /** How a floating-point value is stored. */
  public enum Dtype {
    F32,
    F16,
    BF16;

    /** The name in {@code config.json}. */
    public String torchName() {
      return switch (this) {
        case F32 -> "float32";
        case F16 -> "float16";
        case BF16 -> "bfloat16";
      };
    }

    private int bytes() {
      return this == F32 ? Float.BYTES : Short.BYTES;
    }

    private void put(ByteBuffer target, float value) {
      switch (this) {
        case F32 -> target.putFloat(value);
        case F16 -> target.putShort(toFloat16(value));
        case BF16 -> target.putShort(toBfloat16(value));
      }
    }
  }

  private interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private record Tensor(String name, String dtype, int width, int[] shape, Content content) {
    long bytes() {
      return count(shape) * width;
    }
  }

  private static final int BUFFER_BYTES = 1 << 18;

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();

  /** Adds one entry of {@code __metadata__}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a tensor; {@code values} yields as many values as {@code shape} has places, row-major. */
  public SafetensorsWriter add(String name, Dtype dtype, int[] shape, Supplier<float[]> values) {
    Content content = channel -> writeFloats(channel, name, dtype, shape, values.get());
    tensors.add(new Tensor(name, dtype.name(), dtype.bytes(), shape.clone(), content));
    return this;
  }

  /** Adds an F32 tensor of given values, row-major. */
  public SafetensorsWriter add(String name, int[] shape, float... values) {
    return add(name, Dtype.F32, shape, () -> values);
  }

  /** Adds an I64 tensor [1, size] of 0, 1, 2 …, such as {@code embeddings.position_ids}. */
  public SafetensorsWriter addIndices(String name, int size) {
    tensors.add(
        new Tensor(
            name, "I64", Long.BYTES, new int[] {1, size}, channel -> writeIndices(channel, size)));
    return this;
  }

  /** Size of all tensors, in bytes, without the header. */
  public long tensorBytes() {
    return tensors.stream().mapToLong(Tensor::bytes).sum();
  }

  /** Names of the tensors, in the order in which they were added. */
  public List<String> names() {
    return tensors.stream().map(Tensor::name).toList();
  }

  /** Writes the file, replacing one that is there. */
  public void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      write(channel);
    }
  }

  /** Writes what the file is to hold. */
  public void write(WritableByteChannel channel) throws IOException {
    List<Tensor> ordered = new ArrayList<>(tensors);
    ordered.sort((a, b) -> a.width != b.width ? b.width - a.width : a.name.compareTo(b.name));
    byte[] header = header(ordered);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, length.putLong(header.length).flip());
    writeFully(channel, ByteBuffer.wrap(header));
    for (Tensor tensor : ordered) {
      tensor.content.writeTo(channel);
    }
  }

  private byte[] header(List<Tensor> ordered) {
    Map<String, Object> entries = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      entries.put("__metadata__", metadata);
    }
    long offset = 0;
    for (Tensor tensor : ordered) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.dtype);
      entry.put("shape", tensor.shape);
      entry.put("data_offsets", new long[] {offset, offset + tensor.bytes()});
      if (entries.put(tensor.name, entry) != null) {
        throw new IllegalStateException("tensor " + tensor.name + " was added twice");
      }
      offset += tensor.bytes();
    }
    byte[] json = Json.compact(entries).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void writeFloats(
      WritableByteChannel channel, String name, Dtype dtype, int[] shape, float[] values)
      throws IOException {
    if (values.length != count(shape)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "tensor %s has %d values, not those of shape %s",
              name,
              values.length,
              Arrays.toString(shape)));
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (buffer.remaining() < dtype.bytes()) {
        writeFully(channel, buffer.flip());
        buffer.clear();
      }
      dtype.put(buffer, value);
    }
    writeFully(channel, buffer.flip());
  }

  private static void writeIndices(WritableByteChannel channel, int size) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      buffer.putLong(i);
    }
    writeFully(channel, buffer.flip());
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static long count(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  /** The nearest IEEE 754 binary16, ties to even; too large becomes infinite. */
  static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 0x1.ffep15f) { // Halfway from the largest half, 65504, to the next power.
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) { // A subnormal half counts steps of 2^-24.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int rebased = (bits & 0x7fffffff) - (112 << 23); // The exponent's bias is 15 instead of 127.
    return (short) (sign | dropBits(rebased, 13));
  }

  /** The nearest bfloat16, ties to even. */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value) ? (short) 0x7fc0 : (short) dropBits(bits, 16);
  }

  /** Rounds to the upper bits, ties to even; a carry moves into the exponent, as it should. */
  private static int dropBits(int bits, int dropped) {
    int odd = bits >>> dropped & 1;
    return bits + (1 << dropped - 1) - 1 + odd >>> dropped;
  }
}
