package io.heed.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Token ids to the strings that a {@code tokenizer.json} has for them, as {@code
 * convert_ids_to_tokens} of Hugging Face gives them: {@code ##ing}, {@code [CLS]}, {@code Ġthe}. An
 * id without a string is written as a number.
 */
public final class TokenStrings {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Index is the id; null where there is no string. */
  private final String[] strings;

  private TokenStrings(int vocabulary) {
    this.strings = new String[vocabulary];
  }

  /** Every id as a number, for a model without a tokenizer. */
  public static TokenStrings numbers() {
    return new TokenStrings(0);
  }

  /**
   * Reads the vocabulary and the added tokens of a file.
   *
   * @param vocabulary ids at or above it are not read: the model has none such
   * @throws TokenizerException when the file is absent or not valid
   */
  public static TokenStrings read(Path tokenizerJson, int vocabulary) {
    return read(TokenizerJson.read(tokenizerJson), tokenizerJson, vocabulary);
  }

  /**
   * As {@link #read}, from the text of such a file.
   *
   * @param origin the file that the text was made from, which errors name
   */
  public static TokenStrings of(String tokenizerJson, Path origin, int vocabulary) {
    return read(TokenizerJson.of(tokenizerJson, origin), origin, vocabulary);
  }

  private static TokenStrings read(TokenizerJson json, Path file, int vocabulary) {
    TokenStrings strings = new TokenStrings(vocabulary);
    try (JsonParser parser = MAPPER.createParser(json.text())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (parser.currentName().equals("model")) {
          strings.addModel(parser);
        } else {
          parser.nextToken();
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new TokenizerException(
          String.format(Locale.ROOT, "the tokenizer is not valid: %s (%s)", e.getMessage(), file),
          e);
    }
    for (JsonNode token : json.addedTokens()) {
      strings.add(token.path("id").asLong(-1), token.path("content").asText());
    }
    return strings;
  }

  /** The string of an id. */
  public String string(int id) {
    String string = id >= 0 && id < strings.length ? strings[id] : null;
    return string == null ? String.valueOf(id) : string;
  }

  /** The strings of some ids. */
  public String[] strings(int... ids) {
    String[] found = new String[ids.length];
    for (int i = 0; i < ids.length; i++) {
      found[i] = string(ids[i]);
    }
    return found;
  }

  private void addModel(JsonParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isVocabulary = parser.currentName().equals("vocab");
      JsonToken value = parser.nextToken();
      if (isVocabulary && value == JsonToken.START_OBJECT) {
        addNumbered(parser);
      } else if (isVocabulary && value == JsonToken.START_ARRAY) {
        addScored(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  /** {@code {"the": 5}}, as in WordPiece and BPE. */
  private void addNumbered(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String string = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
        add(parser.getValueAsLong(), string);
      }
      parser.skipChildren();
    }
  }

  /** {@code [["the", -3.5]]} in the order of the ids, as in Unigram. */
  private void addScored(JsonParser parser) throws IOException {
    for (int id = 0; parser.nextToken() != JsonToken.END_ARRAY; id++) {
      JsonNode piece = parser.readValueAsTree();
      add(id, piece.path(0).asText());
    }
  }

  private void add(long id, String string) {
    if (id >= 0 && id < strings.length) {
      strings[(int) id] = string;
    }
  }
}
