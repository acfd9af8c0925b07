package io.heed.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What ends a generated text: {@code generation_config.json}, else {@code config.json}. */
final class GenerationConfig {
  static final String FILE = "generation_config.json";

  private static final String END = "eos_token_id";

  private GenerationConfig() {}

  /**
   * The ids of {@code eos_token_id}, a number or a list of them, empty when neither file has it.
   */
  static SortedSet<Integer> endOfText(CheckpointDirectory directory, JsonFile config) {
    return directory
        .findJson(FILE)
        .flatMap(GenerationConfig::endOfText)
        .or(() -> endOfText(config))
        .orElseGet(TreeSet::new);
  }

  private static Optional<SortedSet<Integer>> endOfText(JsonFile file) {
    return file.find(END)
        .map(
            value -> {
              SortedSet<Integer> ids = new TreeSet<>();
              if (value.isArray()) {
                value.forEach(id -> ids.add(tokenId(file, id)));
              } else {
                ids.add(tokenId(file, value));
              }
              return ids;
            });
  }

  private static int tokenId(JsonFile file, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToInt()) {
      throw file.error(
          "%s is %s, expected a whole number or a list of them", END, JsonFile.told(id));
    }
    return id.intValue();
  }
}
