package io.heed.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the {@code tokenizer.json} that the tokenizer classes of transformers 5 make of older
 * files ({@code tokenization_bert.py}, {@code tokenization_mpnet.py}, {@code tokenization_gpt2.py},
 * {@code tokenization_roberta.py}, {@code tokenization_openai.py}).
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
      TokenizerFamily family, SpecialTokens tokens, Map<String, Integer> vocabulary, String name) {
    this.family = family;
    this.tokens = tokens;
    this.name = name;
    this.ids = new LinkedHashMap<>(vocabulary);
  }

  /**
   * What {@code tokenizer_config.json} says beside the tokens.
   *
   * @param parts as in {@link TokenizerConfig}
   * @param addsBeginning whether a class without a frame of its own puts {@code bos_token} before a
   *     text
   * @param addsEnd whether it puts {@code eos_token} behind it
   */
  record Options(Map<String, Boolean> parts, boolean addsBeginning, boolean addsEnd) {}

  /**
   * The document as a text.
   *
   * @param vocabulary pieces to ids
   * @param merges of BPE, empty for WordPiece
   * @param options what else {@code tokenizer_config.json} says
   * @param name what errors call the file of the vocabulary
   */
  static String write(
      TokenizerFamily family,
      SpecialTokens tokens,
      Map<String, Integer> vocabulary,
      List<String[]> merges,
      Options options,
      String name) {
    TokenizerDocument writer = new TokenizerDocument(family, tokens, vocabulary, name);
    writer.document.put("version", "1.0").putNull("truncation").putNull("padding");
    writer.addTokens(vocabulary.size());
    writer.addSplitting(options.parts());
    writer.addFrame(options);
    writer.addModel(vocabulary, merges);
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

  private void addSplitting(Map<String, Boolean> parts) {
    if (family == TokenizerFamily.GPT2 || family == TokenizerFamily.ROBERTA) {
      document.putNull("normalizer");
      byteLevel("pre_tokenizer", parts.getOrDefault("add_prefix_space", false));
      byteLevel("decoder", true);
      return;
    }
    ObjectNode normalizer = document.putObject("normalizer").put(TYPE, "BertNormalizer");
    normalizer.put("clean_text", true).put("handle_chinese_chars", true);
    normalizer.putNull("strip_accents").put("lowercase", true);
    // The first GPT lower-cases whatever its configuration says.
    if (family.wordPiece()) {
      parts.forEach(
          (part, value) -> {
            if (normalizer.has(part)) {
              normalizer.put(part, value);
            }
          });
    }
    document.putObject("pre_tokenizer").put(TYPE, "BertPreTokenizer");
    ObjectNode decoder = document.putObject("decoder");
    if (family.wordPiece()) {
      decoder.put(TYPE, "WordPiece").put("prefix", "##").put("cleanup", true);
    } else {
      decoder.put(TYPE, "BPEDecoder").put("suffix", "</w>");
    }
  }

  private void byteLevel(String part, boolean prefixSpace) {
    document
        .putObject(part)
        .put(TYPE, "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  /** What stands around every text. */
  private void addFrame(Options options) {
    switch (family) {
      case BERT ->
          addTemplate(Optional.of(required("cls_token")), Optional.of(required("sep_token")));
      case MPNET, ROBERTA -> {
        ObjectNode frame = document.putObject("post_processor").put(TYPE, "RobertaProcessing");
        addPair(frame.putArray("sep"), required("sep_token"));
        addPair(frame.putArray("cls"), required("cls_token"));
        frame.put("trim_offsets", true).put("add_prefix_space", false);
      }
      default ->
          addTemplate(
              tokens.named("bos_token").filter(token -> options.addsBeginning()),
              tokens.named("eos_token").filter(token -> options.addsEnd()));
    }
  }

  private void addPair(ArrayNode pair, AddedToken token) {
    pair.add(token.content()).add(ids.get(token.content()));
  }

  private void addTemplate(Optional<AddedToken> first, Optional<AddedToken> last) {
    ObjectNode frame = document.putObject("post_processor").put(TYPE, "TemplateProcessing");
    ArrayNode single = frame.putArray("single");
    ArrayNode pair = frame.putArray("pair");
    first.ifPresent(token -> addPlace(single, SPECIAL_TOKEN, token.content(), 0));
    addPlace(single, "Sequence", "A", 0);
    last.ifPresent(token -> addPlace(single, SPECIAL_TOKEN, token.content(), 0));
    pair.addAll(single);
    addPlace(pair, "Sequence", "B", 1);
    last.ifPresent(token -> addPlace(pair, SPECIAL_TOKEN, token.content(), 1));
    ObjectNode described = frame.putObject("special_tokens");
    first.ifPresent(token -> describe(described, token));
    last.ifPresent(token -> describe(described, token));
  }

  private static void addPlace(ArrayNode template, String kind, String id, int type) {
    template.addObject().putObject(kind).put("id", id).put("type_id", type);
  }

  private void describe(ObjectNode described, AddedToken token) {
    ObjectNode entry = described.putObject(token.content()).put("id", token.content());
    entry.putArray("ids").add(ids.get(token.content()));
    entry.putArray("tokens").add(token.content());
  }

  private void addModel(Map<String, Integer> vocabulary, List<String[]> merges) {
    ObjectNode model = document.putObject("model");
    if (family.wordPiece()) {
      model.put(TYPE, "WordPiece").put("unk_token", required("unk_token").content());
      model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    } else {
      boolean first = family == TokenizerFamily.OPENAI_GPT;
      model.put(TYPE, "BPE").putNull("dropout");
      model.put("unk_token", first ? required("unk_token").content() : null);
      model.put("continuing_subword_prefix", "").put("end_of_word_suffix", first ? "</w>" : "");
      model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    }
    ObjectNode pieces = model.putObject("vocab");
    vocabulary.forEach(pieces::put);
    if (!family.wordPiece()) {
      ArrayNode pairs = model.putArray("merges");
      merges.forEach(pair -> pairs.addArray().add(pair[0]).add(pair[1]));
    }
  }

  private AddedToken required(String key) {
    return tokens
        .named(key)
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(
                        Locale.ROOT,
                        "%s is null, and the tokenizer needs one (%s)",
                        key,
                        TokenizerConfig.FILE)));
  }
}
