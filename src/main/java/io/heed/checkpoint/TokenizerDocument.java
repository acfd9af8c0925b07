package io.heed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the {@code tokenizer.json} that the tokenizer classes of transformers 5 make of older
 * files ({@code tokenization_bert.py}, {@code tokenization_mpnet.py}, {@code tokenization_gpt2.py}
 * and so on): the added tokens and what stands around a text. The rest is the vocabulary's.
 */
final class TokenizerDocument {
  /** What the document is called in a checkpoint that has it. */
  static final String FILE = "tokenizer.json";

  /** Half a surrogate pair, which no text has, is written as an escape that readers refuse. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final String TYPE = "type";
  private static final String SPECIAL_TOKEN = "SpecialToken";

  private final TokenizerFamily family;
  private final SpecialTokens tokens;
  private final String name;

  /** Of the vocabulary and, behind it, the tokens added to it. */
  private final Map<String, Integer> ids;

  private final ObjectNode document = MAPPER.createObjectNode();

  private TokenizerDocument(
      TokenizerFamily family, SpecialTokens tokens, Vocabulary vocabulary, String name) {
    this.family = family;
    this.tokens = tokens;
    this.name = name;
    this.ids = new LinkedHashMap<>(vocabulary.ids());
  }

  /**
   * Which ends of a text a class without a frame of its own marks, as far as {@code
   * tokenizer_config.json} says so.
   *
   * @param beginning whether it puts {@code bos_token} before a text
   * @param end whether it puts {@code eos_token} behind it
   */
  record Ends(Optional<Boolean> beginning, Optional<Boolean> end) {}

  /**
   * The document as a text.
   *
   * @param name what errors call the file of the vocabulary
   */
  static String write(
      TokenizerFamily family, SpecialTokens tokens, Vocabulary vocabulary, Ends ends, String name) {
    TokenizerDocument writer = new TokenizerDocument(family, tokens, vocabulary, name);
    writer.document.put("version", "1.0").putNull("truncation").putNull("padding");
    writer.addTokens(vocabulary.size());
    writer.addFrame(ends);
    vocabulary.write(writer.document);
    try {
      return MAPPER.writeValueAsString(writer.document);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of JSON can be written", e);
    }
  }

  private void addTokens(int vocabularySize) {
    ArrayNode added = document.putArray("added_tokens");
    Map<String, Integer> given = tokens.givenIds();
    int highest = -1;
    for (AddedToken token : tokens.inOrder().values()) {
      int next = highest >= vocabularySize ? highest + 1 : vocabularySize;
      int id = ids.computeIfAbsent(token.content(), absent -> next);
      int wanted = given.getOrDefault(token.content(), id);
      if (wanted != id) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "the added token %s has the id %d, behind the vocabulary its id is %d (%s)",
                token.content(),
                wanted,
                id,
                name));
      }
      highest = Math.max(highest, id);
      token.write(added.addObject(), id);
    }
  }

  /** What stands around every text. */
  private void addFrame(Ends ends) {
    switch (family) {
      case BERT, DEBERTA_V2 -> addBrackets();
      case MPNET, ROBERTA -> {
        ObjectNode frame = document.putObject("post_processor").put(TYPE, "RobertaProcessing");
        addPair(frame.putArray("sep"), tokens.required("sep_token"));
        addPair(frame.putArray("cls"), tokens.required("cls_token"));
        frame.put("trim_offsets", true).put("add_prefix_space", false);
      }
      case XLM_ROBERTA, CAMEMBERT ->
          addTemplate(
              Optional.of(tokens.required("bos_token")),
              Optional.of(tokens.required("eos_token")),
              Pairing.TWO_ENDS_BETWEEN);
      case T5 ->
          addTemplate(
              Optional.empty(), Optional.of(tokens.required("eos_token")), Pairing.ONE_END_BETWEEN);
      case ALBERT -> {
        // Once either is said, even as false, transformers replaces what the class has set.
        if (ends.beginning().or(ends::end).isPresent()) {
          addEnds(ends);
        } else {
          addBrackets();
        }
      }
      default -> addEnds(ends);
    }
  }

  private void addBrackets() {
    addTemplate(
        Optional.of(tokens.required("cls_token")),
        Optional.of(tokens.required("sep_token")),
        Pairing.TYPES);
  }

  private void addEnds(Ends ends) {
    addTemplate(
        tokens
            .named("bos_token")
            .map(AddedToken::content)
            .filter(t -> ends.beginning().orElse(false)),
        tokens.named("eos_token").map(AddedToken::content).filter(t -> ends.end().orElse(false)),
        Pairing.TYPES);
  }

  private void addPair(ArrayNode pair, String token) {
    pair.add(token).add(ids.get(token));
  }

  /** How the second text of a pair is told from the first. */
  private enum Pairing {
    TYPES,
    ONE_END_BETWEEN,
    TWO_ENDS_BETWEEN
  }

  private void addTemplate(Optional<String> first, Optional<String> last, Pairing pairing) {
    ObjectNode frame = document.putObject("post_processor").put(TYPE, "TemplateProcessing");
    ArrayNode single = frame.putArray("single");
    ArrayNode pair = frame.putArray("pair");
    int second = pairing == Pairing.TYPES ? 1 : 0;
    first.ifPresent(token -> addPlace(single, SPECIAL_TOKEN, token, 0));
    addPlace(single, "Sequence", "A", 0);
    last.ifPresent(token -> addPlace(single, SPECIAL_TOKEN, token, 0));
    pair.addAll(single);
    last.filter(token -> pairing == Pairing.TWO_ENDS_BETWEEN)
        .ifPresent(token -> addPlace(pair, SPECIAL_TOKEN, token, 0));
    addPlace(pair, "Sequence", "B", second);
    last.ifPresent(token -> addPlace(pair, SPECIAL_TOKEN, token, second));
    ObjectNode described = frame.putObject("special_tokens");
    first.ifPresent(token -> describe(described, token));
    last.ifPresent(token -> describe(described, token));
  }

  private static void addPlace(ArrayNode template, String kind, String id, int type) {
    template.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  private void describe(ObjectNode described, String token) {
    ObjectNode entry = described.putObject(token).put("id", token);
    entry.putArray("ids").add(ids.get(token));
    entry.putArray("tokens").add(token);
  }
}
