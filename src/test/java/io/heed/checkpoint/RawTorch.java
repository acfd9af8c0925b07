package io.heed.checkpoint;

import io.heed.checkpoint.PickleValue.StorageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes files as {@code torch.save} does, well-formed or with whatever pickle a test asks for. */
public final class RawTorch {
  private record Storage(byte[] bytes) {}

  private final RawPickle pickle = RawPickle.dict();
  private final List<Storage> storages = new ArrayList<>();

  /** The tensors of a safetensors file, each with a storage of its own. */
  public static RawTorch copyOf(Path safetensors) throws IOException {
    Map<String, String> types = new HashMap<>();
    for (StorageType type : StorageType.values()) {
      types.put(type.dtype(), type.told().replace("torch ", ""));
    }
    RawTorch copy = new RawTorch();
    try (OpenFile file = OpenFile.open(safetensors, safetensors.getFileName().toString())) {
      for (TensorEntry entry : SafetensorsHeader.read(file).values()) {
        long[] sizes = entry.shape().stream().mapToLong(Long::longValue).toArray();
        byte[] bytes = file.read(entry.position(), (int) entry.byteLength()).array();
        int width = (int) (entry.byteLength() / Arrays.stream(sizes).reduce(1, (a, b) -> a * b));
        copy.add(entry.name(), types.get(entry.dtype()), width, bytes, 0, sizes, rowMajor(sizes));
      }
    }
    return copy;
  }

  /** A whole storage of bytes, and a tensor that is a view of it. */
  RawTorch add(
      String name, String type, int width, byte[] bytes, long offset, long[] sizes, long... steps) {
    pickle.text(name);
    String key = Integer.toString(storages.size());
    pickle.tensor(type, key, bytes.length / width, offset, sizes, steps).put();
    storages.add(new Storage(bytes));
    return this;
  }

  /** A float32 tensor that is all of its storage, row-major. */
  public RawTorch floats(String name, float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    long[] sizes = Arrays.stream(shape).asLongStream().toArray();
    return add(name, "FloatStorage", Float.BYTES, bytes.array(), 0, sizes, rowMajor(sizes));
  }

  /** {@code shape} values 0, 1, 2 … */
  public RawTorch counting(String name, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return floats(name, values, shape);
  }

  static long[] rowMajor(long... sizes) {
    long[] steps = new long[sizes.length];
    long step = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      steps[i] = step;
      step *= sizes[i];
    }
    return steps;
  }

  /** The file. */
  byte[] bytes(RawZip.Form form) {
    byte[][] values = storages.stream().map(Storage::bytes).toArray(byte[][]::new);
    return zip(form, pickle.stop(), values).bytes();
  }

  /** Writes it as torch does. */
  public Path write(Path file) throws IOException {
    return Files.write(file, bytes(RawZip.Form.TORCH));
  }

  /** The archive of a pickle and its storages, by their numbers. */
  static RawZip zip(RawZip.Form form, byte[] pickle, byte[]... storages) {
    RawZip zip = new RawZip(form).add("m/data.pkl", pickle).add("m/byteorder", "little");
    for (int i = 0; i < storages.length; i++) {
      zip.add("m/data/" + i, storages[i]);
    }
    return zip.add("m/version", "3\n");
  }
}
