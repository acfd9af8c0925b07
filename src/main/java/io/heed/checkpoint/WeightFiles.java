package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The open weights of a checkpoint: one safetensors file, or the shards that an index names. */
final class WeightFiles implements Closeable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final List<String> PICKLES =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

  private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
  private final TreeSet<String> names = new TreeSet<>();

  private WeightFiles() {}

  /** Opens all files and checks their headers. */
  static WeightFiles open(CheckpointDirectory directory) {
    WeightFiles weights = new WeightFiles();
    try {
      if (directory.find(SINGLE).isPresent()) {
        SafetensorsFile file = weights.file(directory, SINGLE);
        file.names().forEach(name -> weights.byTensor.put(name, file));
      } else if (directory.find(INDEX).isPresent()) {
        weights.openShards(directory);
      } else {
        throw missing(directory);
      }
      return weights;
    } catch (Throwable e) {
      weights.close();
      throw e;
    }
  }

  private void openShards(CheckpointDirectory directory) {
    names.add(INDEX);
    JsonFile index = JsonFile.read(directory.require(INDEX), INDEX);
    JsonNode map =
        index.object("weight_map").orElseThrow(() -> index.error("weight_map is missing"));
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String tensor = entry.getKey();
      if (!entry.getValue().isTextual()) {
        throw index.error("the file of %s is not a string", tensor);
      }
      SafetensorsFile shard = file(directory, entry.getValue().textValue());
      if (!shard.names().contains(tensor)) {
        throw index.error("%s is not in %s", tensor, shard.fileName());
      }
      byTensor.put(tensor, shard);
    }
  }

  private SafetensorsFile file(CheckpointDirectory directory, String name) {
    names.add(name);
    return files.computeIfAbsent(name, key -> SafetensorsFile.open(directory.require(key), key));
  }

  private static CheckpointException missing(CheckpointDirectory directory) {
    for (String pickle : PICKLES) {
      if (directory.find(pickle).isPresent()) {
        return new CheckpointException(
            String.format(
                Locale.ROOT,
                "%1$s in %2$s is a Python pickle, which can run any code when it is read, so only "
                    + "safetensors are supported. To convert, where its origin is trusted: "
                    + "python -c \"from transformers import AutoModel; "
                    + "AutoModel.from_pretrained('%2$s').save_pretrained('%2$s')\"",
                pickle,
                directory.path()));
      }
    }
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "there are no weights in %s; expected %s or %s",
            directory.path(),
            SINGLE,
            INDEX));
  }

  /** The file that holds a tensor, if one does. */
  Optional<SafetensorsFile> holding(String tensor) {
    return Optional.ofNullable(byTensor.get(tensor));
  }

  /** The file to look into for what is there: the index, or the only file. */
  String listing() {
    return names.contains(INDEX) ? INDEX : SINGLE;
  }

  /** The names of the files of the weights, the index included. */
  TreeSet<String> names() {
    return names;
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
