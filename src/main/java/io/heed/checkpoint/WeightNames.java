package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the weights of a folder are called: those of one file, or of the shards that an index names.
 */
public final class WeightNames {
  private static final String INDEX = ".index.json";

  /** A file that holds the weights, or the index of its shards; the one that goes first. */
  static final List<String> FIRST =
      Stream.of("model.safetensors", "pytorch_model.bin")
          .flatMap(single -> Stream.of(single, single + INDEX))
          .toList();

  private WeightNames() {}

  /**
   * The file that transformers reads of those that a folder has, or the index that it reads.
   *
   * @param present whether the folder has a file of this name
   */
  public static Optional<String> first(Predicate<String> present) {
    return FIRST.stream().filter(present).findFirst();
  }

  /** Whether it is an index that has this name. */
  public static boolean isIndex(String name) {
    return name.endsWith(INDEX);
  }

  /**
   * The files that an index names, whatever they are called.
   *
   * @param name what errors call the index
   * @throws CheckpointException when it is none, or cannot be read
   */
  public static Set<String> shards(InputStream index, String name) {
    return Set.copyOf(shards(JsonFile.read(index, name)).values());
  }

  /** The file that each tensor stands in, as an index says. */
  static Map<String, String> shards(JsonFile index) {
    JsonNode map =
        index.object("weight_map").orElseThrow(() -> index.error("weight_map is missing"));
    Map<String, String> shards = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        throw index.error("the file of %s is not a string", entry.getKey());
      }
      shards.put(entry.getKey(), entry.getValue().textValue());
    }
    return shards;
  }
}
