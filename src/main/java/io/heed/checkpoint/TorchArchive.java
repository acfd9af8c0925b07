package io.heed.checkpoint;

import io.heed.checkpoint.PickleValue.Dict;
import io.heed.checkpoint.PickleValue.Storage;
import io.heed.checkpoint.PickleValue.Tensor;
import io.heed.checkpoint.StoredZip.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads where the tensors of a file of {@code torch.save} stand, and checks every claim in it
 * against the file.
 *
 * <p>Since PyTorch 1.6 such a file is a zip archive, nothing in it compressed: {@code
 * NAME/data.pkl}, a pickle that says which tensors there are, and {@code NAME/data/KEY}, the values
 * of each storage. Source: <a
 * href="https://docs.pytorch.org/docs/stable/notes/serialization.html#serialized-file-format-for-torch-save">the
 * format</a>.
 */
final class TorchArchive {
  /** 256 for each tensor. */
  static final int MAX_PICKLE_BYTES = 1 << 24;

  /** Of one file; sharded models have far fewer in each. */
  static final int MAX_TENSORS = 1 << 16;

  private static final String PICKLE = "/data.pkl";
  private static final int MAX_BYTE_ORDER_BYTES = 16;

  private final OpenFile file;
  private final Map<String, Entry> entries;

  /** Of all entries, without a slash. */
  private final String folder;

  private TorchArchive(OpenFile file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
    List<String> pickles =
        entries.keySet().stream()
            .filter(name -> name.endsWith(PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .filter(name -> !name.isEmpty() && name.indexOf('/') < 0)
            .toList();
    if (pickles.size() != 1) {
      throw file.error("the archive has %d entries NAME%s, expected one", pickles.size(), PICKLE);
    }
    this.folder = pickles.get(0);
  }

  /**
   * Reads a file.
   *
   * @return the tensors by name, in the pickle's order
   * @throws CheckpointException naming the rule, the values and the file
   */
  static Map<String, TensorEntry> read(OpenFile file) {
    OlderTorch.refuse(file);
    TorchArchive archive = new TorchArchive(file, StoredZip.read(file));
    archive.requireLittleEndian();
    return archive.tensors();
  }

  private void requireLittleEndian() {
    Entry entry = entries.get(folder + "/byteorder");
    // PyTorch before 2.1 does not write it.
    if (entry != null) {
      int length = (int) Math.min(entry.length(), MAX_BYTE_ORDER_BYTES);
      byte[] order = file.read(entry.position(), length).array();
      String told = new String(order, StandardCharsets.US_ASCII);
      if (!told.equals("little")) {
        throw file.error("byteorder is '%s', expected little", told);
      }
    }
  }

  private Map<String, TensorEntry> tensors() {
    Entry entry = entries.get(folder + PICKLE);
    if (entry.length() > MAX_PICKLE_BYTES) {
      throw file.error(
          "data.pkl has %d bytes, the most that are read are %d", entry.length(), MAX_PICKLE_BYTES);
    }
    ByteBuffer pickle = file.read(entry.position(), (int) entry.length());
    Map<String, PickleValue> values = TensorPickle.read(pickle, file);
    if (values.size() > MAX_TENSORS) {
      throw file.error("there are %d tensors, the most are %d", values.size(), MAX_TENSORS);
    }
    Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, PickleValue> value : values.entrySet()) {
      tensors.put(value.getKey(), tensor(value.getKey(), value.getValue()));
    }
    return tensors;
  }

  private TensorEntry tensor(String name, PickleValue value) {
    if (value instanceof Tensor tensor) {
      return checked(name, tensor);
    }
    if (value instanceof Dict) {
      throw file.error(
          "%s is a dict in the dict of the file, as a training program saves it; expected the dict"
              + " of tensors that the model's state_dict() is",
          name);
    }
    throw file.error("%s is %s, expected a tensor", name, value.told());
  }

  private TensorEntry checked(String name, Tensor tensor) {
    Entry entry = storage(name, tensor.storage());
    int width = tensor.storage().type().bytes();
    String dtype = tensor.storage().type().dtype();
    List<Long> sizes = tensor.sizes();
    try {
      boolean none = sizes.contains(0L);
      long count = none ? 0 : sizes.stream().reduce(1L, Math::multiplyExact);
      Optional<Strides> strides =
          none ? Optional.empty() : Optional.of(Strides.of(sizes, tensor.strides()));
      long end = Math.addExact(tensor.offset(), strides.map(Strides::span).orElse(0L));
      if (end > tensor.storage().length()) {
        throw file.error(
            "%s of shape %s and strides %s ends at value %d of its storage, which has %d",
            name, sizes, tensor.strides(), end, tensor.storage().length());
      }
      return new TensorEntry(
          name,
          dtype,
          sizes,
          strides.filter(steps -> !steps.rowMajor()),
          entry.position() + tensor.offset() * width,
          Math.multiplyExact(count, width));
    } catch (ArithmeticException e) {
      throw file.error(
          "%s of shape %s and strides %s in %s has too many bytes",
          name, sizes, tensor.strides(), dtype);
    }
  }

  private Entry storage(String name, Storage storage) {
    String entryName = folder + "/data/" + storage.key();
    Entry entry = entries.get(entryName);
    if (entry == null) {
      throw file.error("there is no %s, in which %s is", entryName, name);
    }
    int width = storage.type().bytes();
    boolean fits = entry.length() % width == 0 && entry.length() / width == storage.length();
    if (!fits) {
      throw file.error(
          "%s has %d bytes, but %s says %d values of %d bytes",
          entryName, entry.length(), name, storage.length(), width);
    }
    return entry;
  }
}
