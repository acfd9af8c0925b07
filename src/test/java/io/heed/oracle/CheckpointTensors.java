package io.heed.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Reads tensors of a well-formed checkpoint directory as float64, when they are asked for. */
final class CheckpointTensors {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private record Location(Path file, String dtype, int rows, int columns, long at) {
    int width() {
      return dtype.equals("F32") ? Float.BYTES : Short.BYTES;
    }
  }

  private final Map<String, Location> locations = new HashMap<>();

  /**
   * Finds the tensors of all safetensors files, by their name without {@code bert.} or {@code
   * transformer.}.
   */
  CheckpointTensors(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    for (Path file : files) {
      locate(file);
    }
  }

  /** Values of a whole tensor, row-major. */
  double[] values(String name) throws IOException {
    Location location = location(name);
    return read(location, 0, location.rows * location.columns);
  }

  /** Values of one row. */
  double[] row(String name, int row) throws IOException {
    return rows(name, row, 1);
  }

  /** Values of some rows, one after the other. */
  double[] rows(String name, int first, int count) throws IOException {
    Location location = location(name);
    if (first < 0 || count > location.rows - first) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT, "%s has %d rows, not %d from %d", name, location.rows, count, first));
    }
    int values = Math.multiplyExact(count, location.columns);
    return read(location, (long) first * location.columns, values);
  }

  /** Number of rows of a matrix. */
  int rows(String name) {
    return location(name).rows;
  }

  boolean has(String name) {
    return locations.containsKey(name);
  }

  private Location location(String name) {
    Location location = locations.get(name);
    if (location == null) {
      throw new IllegalArgumentException("no tensor " + name + " among " + locations.keySet());
    }
    return location;
  }

  private void locate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long headerBytes = read(channel, 0, Long.BYTES).getLong();
      ByteBuffer header = read(channel, Long.BYTES, Math.toIntExact(headerBytes));
      for (Map.Entry<String, JsonNode> entry : MAPPER.readTree(header.array()).properties()) {
        JsonNode shape = entry.getValue().get("shape");
        if (shape == null) {
          continue; // __metadata__
        }
        locations.put(
            canonicalName(entry.getKey()),
            new Location(
                file,
                entry.getValue().get("dtype").asText(),
                shape.size() < 2 ? 1 : shape.get(0).asInt(),
                shape.isEmpty() ? 1 : shape.get(shape.size() - 1).asInt(),
                Long.BYTES + headerBytes + entry.getValue().get("data_offsets").get(0).asLong()));
      }
    }
  }

  private static String canonicalName(String name) {
    return name.replaceFirst("^(bert|transformer)\\.", "")
        .replaceFirst("\\.gamma$", ".weight")
        .replaceFirst("\\.beta$", ".bias");
  }

  private static double[] read(Location location, long first, int count) throws IOException {
    ByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(location.file)) {
      int width = location.width();
      bytes = read(channel, location.at + first * width, Math.multiplyExact(count, width));
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (location.dtype) {
            case "F32" -> bytes.getFloat();
            case "BF16" -> Float.intBitsToFloat(bytes.getShort() << 16);
            case "F16" -> halfValue(bytes.getShort());
            default -> throw new IllegalArgumentException("dtype " + location.dtype);
          };
    }
    return values;
  }

  /** IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction. */
  static double halfValue(short half) {
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    double magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
    return half < 0 ? -magnitude : magnitude;
  }

  private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new IOException("the file ends within a tensor");
      }
    }
    return bytes.flip();
  }
}
