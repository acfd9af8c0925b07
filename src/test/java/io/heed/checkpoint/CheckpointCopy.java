package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/** A copy of a checkpoint that a test damages. */
public record CheckpointCopy(Path directory) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEIGHTS = "model.safetensors";

  /** Copies all files. */
  public static CheckpointCopy of(Path checkpoint, Path target) {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(checkpoint.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      return new CheckpointCopy(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public CheckpointCopy without(String file) {
    try {
      Files.delete(directory.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public CheckpointCopy with(String file, String content) {
    try {
      Files.writeString(directory.resolve(file), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes {@code config.json}. */
  public CheckpointCopy config(Consumer<ObjectNode> change) {
    try {
      Path file = directory.resolve("config.json");
      ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
      change.accept(config);
      return with("config.json", config.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes the header of the weights, not their data. */
  public CheckpointCopy header(Consumer<ObjectNode> change) {
    return weights(change, length -> length);
  }

  /** Changes the length that the weights say their header has. */
  public CheckpointCopy headerLength(LongUnaryOperator change) {
    return weights(header -> {}, change);
  }

  /** Cuts the last bytes off the weights. */
  public CheckpointCopy truncated(int bytes) {
    byte[] whole = read(WEIGHTS);
    return write(ByteBuffer.wrap(whole, 0, whole.length - bytes));
  }

  /** Overwrites every value of one row of an F32 tensor; a vector is one row. */
  public CheckpointCopy row(String tensor, int row, float value) {
    ByteBuffer file = ByteBuffer.wrap(read(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
    int start = Math.toIntExact(Long.BYTES + file.getLong(0));
    JsonNode entry = header(file).required(tensor);
    JsonNode shape = entry.required("shape");
    int width = shape.required(shape.size() - 1).intValue();
    int begin = start + entry.required("data_offsets").required(0).intValue();
    for (int i = 0; i < width; i++) {
      file.putFloat(begin + (row * width + i) * Float.BYTES, value);
    }
    return write(file.rewind());
  }

  private CheckpointCopy weights(Consumer<ObjectNode> change, LongUnaryOperator length) {
    ByteBuffer file = ByteBuffer.wrap(read(WEIGHTS)).order(ByteOrder.LITTLE_ENDIAN);
    ObjectNode header = header(file);
    change.accept(header);
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int data = Math.toIntExact(Long.BYTES + file.getLong(0));
    ByteBuffer changed =
        ByteBuffer.allocate(Long.BYTES + json.length + file.capacity() - data)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length.applyAsLong(json.length))
            .put(json)
            .put(file.position(data));
    return write(changed.flip());
  }

  private static ObjectNode header(ByteBuffer file) {
    try {
      return (ObjectNode) JSON.readTree(file.array(), Long.BYTES, Math.toIntExact(file.getLong(0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] read(String file) {
    try {
      return Files.readAllBytes(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CheckpointCopy write(ByteBuffer bytes) {
    byte[] content = new byte[bytes.remaining()];
    bytes.get(content);
    try {
      Files.write(directory.resolve(WEIGHTS), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
