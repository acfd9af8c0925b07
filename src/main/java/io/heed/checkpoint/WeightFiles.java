package io.heed.checkpoint;

import io.heed.tensor.EmbeddingTable;
import java.io.Closeable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The open weights of a folder: one file, or the shards that an index names. Where there are
 * several, those are read that transformers reads.
 */
final class WeightFiles implements Tensors, Closeable {
  private final Map<String, TensorFile> files = new LinkedHashMap<>();
  private final Map<String, TensorFile> byTensor = new LinkedHashMap<>();

  /** The file to look into for what is there: the index, or the only file. */
  private String listing;

  private WeightFiles() {}

  /** Opens all files and checks everything but the values of tensors. */
  static WeightFiles open(CheckpointDirectory directory) {
    WeightFiles weights = new WeightFiles();
    try {
      String first = WeightNames.first(directory::has).orElseThrow(() -> missing(directory));
      if (WeightNames.isIndex(first)) {
        weights.openShards(directory, first);
      } else {
        weights.openSingle(directory, first);
      }
      return weights;
    } catch (Throwable e) {
      weights.close();
      throw e;
    }
  }

  private void openSingle(CheckpointDirectory directory, String name) {
    TensorFile file = file(directory, name);
    listing = file.fileName();
    file.names().forEach(tensor -> byTensor.put(tensor, file));
  }

  private void openShards(CheckpointDirectory directory, String indexName) {
    JsonFile index = directory.requireJson(indexName);
    listing = index.name();
    WeightNames.shards(index)
        .forEach(
            (tensor, name) -> {
              TensorFile shard = file(directory, name);
              if (!shard.names().contains(tensor)) {
                throw index.error("%s is not in %s", tensor, shard.fileName());
              }
              byTensor.put(tensor, shard);
            });
  }

  private TensorFile file(CheckpointDirectory directory, String name) {
    return files.computeIfAbsent(directory.told(name), told -> openFile(directory, name));
  }

  /**
   * Opens one file of tensors in a folder, safetensors or of {@code torch.save} by its name.
   *
   * @throws CheckpointException when it is absent or breaks a rule of its format
   */
  static TensorFile openFile(CheckpointDirectory directory, String name) {
    return TensorFile.open(directory.require(name), directory.told(name));
  }

  private static CheckpointException missing(CheckpointDirectory directory) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "there are no weights in %s; expected %s",
            directory.path(),
            String.join(" or ", WeightNames.FIRST)));
  }

  @Override
  public boolean has(String name) {
    return byTensor.containsKey(name);
  }

  @Override
  public String name(List<String> names) {
    return names.stream().filter(this::has).findFirst().orElseThrow(() -> missing(names));
  }

  @Override
  public boolean same(String name, String other) {
    TensorFile file = holding(name);
    return file == holding(other) && file.same(name, other);
  }

  @Override
  public float[] floats(String name, int... shape) {
    return holding(name).read(name, asLongs(shape));
  }

  @Override
  public void check(String name, int... shape) {
    holding(name).check(name, asLongs(shape));
  }

  @Override
  public int[] indices(String name, int count, int below) {
    return holding(name).indices(name, count, below);
  }

  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    return holding(name).byteTable(name, rows, columns);
  }

  /** The safetensors name of a tensor's format. */
  String dtype(String name) {
    return holding(name).dtype(name);
  }

  /**
   * The shape of a tensor.
   *
   * @throws CheckpointException when there is none, or it has other than so many dimensions, each
   *     an int above 0
   */
  int[] shape(String name, int dimensions) {
    List<Long> shape = holding(name).shape(name);
    if (shape.size() != dimensions
        || shape.stream().anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s has shape %s, expected %d-dimensional, each size between 1 and %d (%s)",
              name,
              shape,
              dimensions,
              Integer.MAX_VALUE,
              listing));
    }
    return shape.stream().mapToInt(Long::intValue).toArray();
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    return holding(name).table(name, rows, columns);
  }

  private TensorFile holding(String name) {
    name(List.of(name));
    return byTensor.get(name);
  }

  private CheckpointException missing(List<String> names) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "there is no tensor %s (%s)",
            String.join(" or ", new TreeSet<>(names)),
            listing));
  }

  private static long[] asLongs(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }

  /** What errors call the files that are open. */
  Set<String> names() {
    return files.keySet();
  }

  @Override
  public void close() {
    files.values().forEach(TensorFile::close);
  }
}
