package io.heed.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes safetensors byte by byte, well-formed or with whatever header a test asks for. */
public final class RawSafetensors {
  private record Tensor(String name, String dtype, long[] shape, byte[] bytes) {}

  private final List<Tensor> tensors = new ArrayList<>();

  RawSafetensors add(String name, String dtype, byte[] bytes, long... shape) {
    tensors.add(new Tensor(name, dtype, shape, bytes));
    return this;
  }

  RawSafetensors floats(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return add(name, "F32", bytes.array(), shape);
  }

  /** {@code shape} values 0, 1, 2 … */
  public RawSafetensors counting(String name, int... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i;
    }
    return floats(name, values, Arrays.stream(shape).asLongStream().toArray());
  }

  RawSafetensors shorts(String name, String dtype, short[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(values);
    return add(name, dtype, bytes.array(), shape);
  }

  public Path write(Path file) throws IOException {
    long offset = 0;
    List<String> entries = new ArrayList<>(List.of("\"__metadata__\":{\"format\":\"pt\"}"));
    for (Tensor tensor : tensors) {
      long end = offset + tensor.bytes.length;
      entries.add(entry(tensor.name, tensor.dtype, tensor.shape, offset, end));
      offset = end;
    }
    byte[][] data = tensors.stream().map(Tensor::bytes).toArray(byte[][]::new);
    return write(file, "{" + String.join(",", entries) + "}", data);
  }

  static String entry(String name, String dtype, long[] shape, long begin, long end) {
    String sizes =
        Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
    return String.format(
        Locale.ROOT,
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
        name,
        dtype,
        sizes,
        begin,
        end);
  }

  static Path write(Path file, String header, byte[]... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(file, json.length, json, data);
  }

  static Path write(Path file, long headerLength, byte[] header, byte[]... data)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(headerLength)
              .array());
      out.write(header);
      for (byte[] bytes : data) {
        out.write(bytes);
      }
    }
    return file;
  }
}
