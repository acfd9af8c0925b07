package io.heed.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The ids of a {@code tokenizer.json}.
 *
 * @param count one more than the largest
 * @param ids of added tokens and of the vocabulary, by token
 */
record TokenizerIds(int count, Map<String, Integer> ids) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST = 1 << 24;

  /**
   * Reads them.
   *
   * @throws CheckpointException when the file is none
   */
  static TokenizerIds read(Path file) {
    try {
      JsonNode root = MAPPER.readTree(file.toFile());
      Map<String, Integer> ids = new HashMap<>();
      JsonNode vocabulary = root.path("model").path("vocab");
      if (vocabulary.isArray()) {
        for (int id = 0; id < vocabulary.size(); id++) {
          ids.put(vocabulary.get(id).path(0).asText(), id);
        }
      } else {
        vocabulary.fields().forEachRemaining(e -> ids.put(e.getKey(), id(e.getValue())));
      }
      for (JsonNode added : root.path("added_tokens")) {
        ids.put(added.path("content").asText(), id(added.path("id")));
      }
      int largest = ids.values().stream().mapToInt(id -> id).max().orElse(-1);
      boolean negative = ids.values().stream().anyMatch(id -> id < 0);
      if (negative || largest < 0 || largest >= MOST) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT, "the ids of %s are not from 0 to below %d", file.getFileName(), MOST));
      }
      return new TokenizerIds(largest + 1, ids);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", file, e.getMessage()), e);
    }
  }

  /** An id, -1 for what is none. */
  private static int id(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt() ? value.asInt() : -1;
  }

  Optional<Integer> id(String token) {
    return Optional.ofNullable(ids.get(token));
  }
}
