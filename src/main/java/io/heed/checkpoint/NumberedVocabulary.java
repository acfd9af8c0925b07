package io.heed.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * A vocabulary of pieces that have nothing but their ids, of WordPiece or BPE.
 *
 * @param ids pieces to ids
 * @param merges of BPE, empty for WordPiece
 * @param parts what {@code tokenizer_config.json} says, as in {@link TokenizerConfig}
 */
record NumberedVocabulary(
    TokenizerFamily family,
    SpecialTokens tokens,
    Map<String, Integer> ids,
    List<String[]> merges,
    Map<String, Boolean> parts)
    implements Vocabulary {
  private static final String TYPE = "type";

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public void write(ObjectNode document) {
    writeSplitting(document);
    writeModel(document.putObject("model"));
  }

  private void writeSplitting(ObjectNode document) {
    if (family == TokenizerFamily.GPT2 || family == TokenizerFamily.ROBERTA) {
      document.putNull("normalizer");
      byteLevel(document, "pre_tokenizer", parts.getOrDefault("add_prefix_space", false));
      byteLevel(document, "decoder", true);
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

  private static void byteLevel(ObjectNode document, String part, boolean prefixSpace) {
    document
        .putObject(part)
        .put(TYPE, "ByteLevel")
        .put("add_prefix_space", prefixSpace)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private void writeModel(ObjectNode model) {
    if (family.wordPiece()) {
      model.put(TYPE, "WordPiece").put("unk_token", tokens.required("unk_token"));
      model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    } else {
      boolean first = family == TokenizerFamily.OPENAI_GPT;
      model.put(TYPE, "BPE").putNull("dropout");
      model.put("unk_token", first ? tokens.required("unk_token") : null);
      model.put("continuing_subword_prefix", "").put("end_of_word_suffix", first ? "</w>" : "");
      model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    }
    ObjectNode pieces = model.putObject("vocab");
    ids.forEach(pieces::put);
    if (!family.wordPiece()) {
      ArrayNode pairs = model.putArray("merges");
      merges.forEach(pair -> pairs.addArray().add(pair[0]).add(pair[1]));
    }
  }
}
