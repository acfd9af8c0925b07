package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The open weights of a checkpoint: one safetensors file, or the shards that an index names. */
final class WeightFiles implements Closeable {
  static final String EXTENSION = ".safetensors";

  private static final String SINGLE = "model" + EXTENSION;
  private static final String INDEX = "model.safetensors.index.json";
  private static final List<String> PICKLES =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

  private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
  private String listing;

  private WeightFiles() {}

  /** Opens all files and checks their headers. */
  static WeightFiles open(CheckpointDirectory directory) {
    WeightFiles weights = new WeightFiles();
    try {
      if (directory.has(SINGLE)) {
        SafetensorsFile file = weights.file(directory, SINGLE);
        weights.listing = file.fileName();
        file.names().forEach(name -> weights.byTensor.put(name, file));
      } else if (directory.has(INDEX)) {
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
    JsonFile index = directory.requireJson(INDEX);
    listing = index.name();
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
    return files.computeIfAbsent(
        directory.told(name), told -> SafetensorsFile.open(directory.require(name), told));
  }

  private static CheckpointException missing(CheckpointDirectory directory) {
    for (String pickle : PICKLES) {
      if (directory.has(pickle)) {
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
    return listing;
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
