package io.heed.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Texts as a person writes them: one as it is, or any number, and one that begins with {@code [},
 * in a JSON array.
 *
 * @param values the texts, at least one, none of them empty
 */
public record Texts(List<String> values) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final String ARRAY = "[";

  /**
   * The texts of what was written.
   *
   * @throws IllegalArgumentException when it is no array, or something in it is no text
   */
  static Texts parse(String written) {
    List<String> values = written.startsWith(ARRAY) ? elements(written) : List.of(written);
    if (values.isEmpty() || values.contains("")) {
      throw new IllegalArgumentException(written);
    }
    return new Texts(values);
  }

  private static List<String> elements(String written) {
    try {
      JsonNode array = JSON.readTree(written);
      if (!StreamSupport.stream(array.spliterator(), false).allMatch(JsonNode::isTextual)) {
        throw new IllegalArgumentException(written);
      }
      return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(written, e);
    }
  }

  /** Such that it can be given again. */
  @Override
  public String toString() {
    String first = values.get(0);
    if (values.size() == 1 && !first.startsWith(ARRAY) && first.equals(first.strip())) {
      return first;
    }
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts have no JSON form", e);
    }
  }
}
