package io.heed.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.checkpoint.ByteLevelFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Small tokenizers of the kinds there are, each with vocabulary that makes its words fall in
 * pieces.
 */
final class TokenizerFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of("the", "river", "un", "want", "able", "run", "ning", "q", "e", "a", "b", "c", "o");

  private TokenizerFiles() {}

  /** BERT's: WordPiece, lower-cased, accents stripped, [CLS] … [SEP], words of 12 at most. */
  static ObjectNode wordPiece() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]").forEach(t -> add(vocabulary, t));
    WORDS.forEach(t -> add(vocabulary, t));
    WORDS.forEach(t -> add(vocabulary, "##" + t));
    "!,.-+/[]1\u4e2d\u6587\u00e9\u03c3".chars().forEach(c -> add(vocabulary, (char) c + ""));
    ObjectNode model = object("type", "WordPiece");
    model.put("unk_token", "[UNK]").put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", 12).set("vocab", JSON.valueToTree(vocabulary));
    ObjectNode normalizer = object("type", "BertNormalizer");
    normalizer.put("clean_text", true).put("handle_chinese_chars", true);
    normalizer.putNull("strip_accents").put("lowercase", true);
    ObjectNode file = tokenizer(model, normalizer, object("type", "BertPreTokenizer"));
    vocabulary.entrySet().stream().limit(5).forEach(e -> addToken(file, e.getKey(), e.getValue()));
    return withTemplate(file, "[CLS]", 2, "[SEP]", 3);
  }

  /** RoBERTa's: byte-level BPE, &lt;s> … &lt;/s>, and a mask that takes the space before it. */
  static ObjectNode byteLevel() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List.of("<s>", "<pad>", "</s>", "<mask>").forEach(t -> add(vocabulary, t));
    ByteLevelFixture.ALPHABET.chars().forEach(c -> add(vocabulary, (char) c + ""));
    ArrayNode merges = JSON.createArrayNode();
    for (String merge : List.of("t h", "th e", "\u0120 the", "a b", "ab c", "\u0120 a", "r u")) {
      merges.add(merge);
      add(vocabulary, merge.replace(" ", ""));
    }
    ObjectNode model = object("type", "BPE");
    model.putNull("dropout").putNull("unk_token").set("vocab", JSON.valueToTree(vocabulary));
    model.set("merges", merges);
    ObjectNode preTokenizer = object("type", "ByteLevel");
    preTokenizer.put("add_prefix_space", false).put("trim_offsets", true).put("use_regex", true);
    ObjectNode file = tokenizer(model, null, preTokenizer);
    vocabulary.entrySet().stream().limit(4).forEach(e -> addToken(file, e.getKey(), e.getValue()));
    ((ObjectNode) file.get("added_tokens").get(3)).put("lstrip", true);
    return withTemplate(file, "<s>", 0, "</s>", 2);
  }

  /** GPT-2's: byte-level BPE, no token added to a text. */
  static ObjectNode gpt2() {
    try {
      return (ObjectNode) JSON.readTree(ByteLevelFixture.english().tokenizerJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** XLM-RoBERTa's: Unigram with ▁ for spaces, several spaces taken as one. */
  static ObjectNode unigram() {
    ArrayNode vocabulary = JSON.createArrayNode();
    List.of("<s>", "<pad>", "</s>", "<unk>").forEach(t -> vocabulary.addArray().add(t).add(0.0));
    double score = -1;
    for (String word : WORDS) {
      vocabulary.addArray().add("\u2581" + word).add(score -= 0.25);
      vocabulary.addArray().add(word).add(score -= 0.25);
    }
    for (String piece : List.of("\u2581", "aa", "aaa", "\u4e2d", ".", "\u0301")) {
      vocabulary.addArray().add(piece).add(score -= 0.5);
    }
    ObjectNode model = object("type", "Unigram");
    model.put("unk_id", 3).set("vocab", vocabulary);
    ObjectNode replace = object("type", "Replace").put("content", " ");
    replace.putObject("pattern").put("Regex", " {2,}");
    ObjectNode normalizer = object("type", "Sequence");
    normalizer
        .putArray("normalizers")
        .add(object("type", "Nmt"))
        .add(object("type", "NFKC"))
        .add(replace);
    ObjectNode metaspace = object("type", "Metaspace").put("replacement", "\u2581");
    metaspace.put("prepend_scheme", "always").put("split", true);
    ObjectNode file = tokenizer(model, normalizer, metaspace);
    addToken(file, "<s>", 0);
    addToken(file, "</s>", 2);
    return withTemplate(file, "<s>", 0, "</s>", 2);
  }

  /** The same pieces behind the normalizers of transformers' {@code DebertaV2Tokenizer}. */
  static ObjectNode deberta() {
    ObjectNode replace = object("type", "Replace").put("content", " ");
    replace.putObject("pattern").put("Regex", "\\s{2,}|[\\n\\r\\t]");
    ObjectNode strip = object("type", "Strip").put("strip_left", false).put("strip_right", true);
    ObjectNode normalizer = object("type", "Sequence");
    normalizer.putArray("normalizers").add(replace).add(object("type", "NFC")).add(strip);
    ObjectNode file = unigram();
    file.set("normalizer", normalizer);
    return file;
  }

  static Path write(Path directory, JsonNode tokenizer) {
    try {
      return Files.writeString(
          Files.createTempFile(directory, "tokenizer", ".json"), tokenizer.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode tokenizer(
      ObjectNode model, ObjectNode normalizer, ObjectNode preTokenizer) {
    ObjectNode file = object("version", "1.0").putNull("truncation").putNull("padding");
    file.putArray("added_tokens");
    file.set("normalizer", normalizer);
    file.set("pre_tokenizer", preTokenizer);
    file.set("model", model);
    return file;
  }

  private static void addToken(ObjectNode file, String content, int id) {
    ObjectNode token = ((ArrayNode) file.get("added_tokens")).addObject();
    token.put("id", id).put("content", content).put("single_word", false).put("lstrip", false);
    token.put("rstrip", false).put("normalized", false).put("special", true);
  }

  private static ObjectNode withTemplate(
      ObjectNode file, String first, int firstId, String last, int lastId) {
    ObjectNode processor = file.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", first).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    single.addObject().putObject("SpecialToken").put("id", last).put("type_id", 0);
    ArrayNode pair = processor.putArray("pair");
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode special = processor.putObject("special_tokens");
    describe(special.putObject(first), first, firstId);
    describe(special.putObject(last), last, lastId);
    return file;
  }

  private static void describe(ObjectNode node, String token, int id) {
    node.put("id", token).putArray("ids").add(id);
    node.putArray("tokens").add(token);
  }

  private static ObjectNode object(String key, String value) {
    return JSON.createObjectNode().put(key, value);
  }

  private static void add(Map<String, Integer> vocabulary, String token) {
    vocabulary.putIfAbsent(token, vocabulary.size());
  }
}
