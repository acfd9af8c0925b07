package io.heed.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.checkpoint.ScoredPieces.ScoredPiece;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A vocabulary of pieces with scores, of which a text falls into the most probable ones: that of a
 * SentencePiece model, as {@code tokenization_xlm_roberta.py}, {@code tokenization_camembert.py},
 * {@code tokenization_t5.py}, {@code tokenization_deberta_v2.py} and {@code tokenization_albert.py}
 * take it. None of them spells unknown characters by their bytes.
 */
record ScoredVocabulary(
    TokenizerFamily family,
    ScoredPieces scored,
    SentencePieceModel model,
    SentencePieceOptions options)
    implements Vocabulary {
  private static final String TYPE = "type";

  /**
   * Checks that the parts can be written.
   *
   * @throws CheckpointException when the model has no table of characters and the class needs one
   */
  ScoredVocabulary {
    if (family != TokenizerFamily.DEBERTA_V2 && model.characterMap().length == 0) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "normalizer_spec has no precompiled_charsmap, without which transformers makes no %s"
                  + " (%s)",
              family.className(),
              model.name()));
    }
  }

  @Override
  public Map<String, Integer> ids() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < size(); id++) {
      ids.put(scored.pieces().get(id).text(), id);
    }
    return ids;
  }

  @Override
  public int size() {
    return scored.pieces().size();
  }

  @Override
  public void write(ObjectNode document) {
    ObjectNode normalizer = document.putObject("normalizer").put(TYPE, "Sequence");
    writeNormalizers(normalizer.putArray("normalizers"));
    ObjectNode splitting = document.putObject("pre_tokenizer").put(TYPE, "Sequence");
    ArrayNode splitters = splitting.putArray("pretokenizers");
    if (family != TokenizerFamily.DEBERTA_V2) {
      splitters.addObject().put(TYPE, "WhitespaceSplit");
    } else if (options.splitsPunctuation()) {
      splitters.addObject().put(TYPE, "Punctuation").put("behavior", "Isolated");
    }
    writeSpaces(splitters.addObject());
    writeSpaces(document.putObject("decoder"));
    writeModel(document.putObject("model"));
  }

  private void writeNormalizers(ArrayNode normalizers) {
    if (family == TokenizerFamily.DEBERTA_V2) {
      addIf(options.lowerCase(), normalizers, "Lowercase");
      ObjectNode spaces = normalizers.addObject().put(TYPE, "Replace").put("content", " ");
      spaces.putObject("pattern").put("Regex", "\\s{2,}|[\\n\\r\\t]");
      normalizers.addObject().put(TYPE, "NFC");
      normalizers.addObject().put(TYPE, "Strip").put("strip_left", false).put("strip_right", true);
      return;
    }
    if (family == TokenizerFamily.ALBERT) {
      for (String quotes : List.of("``", "''")) {
        ObjectNode quote = normalizers.addObject().put(TYPE, "Replace").put("content", "\"");
        quote.putObject("pattern").put("String", quotes);
      }
      addIf(!options.keepAccents(), normalizers, "NFKD");
      addIf(!options.keepAccents(), normalizers, "StripAccents");
      addIf(options.lowerCase(), normalizers, "Lowercase");
    }
    ObjectNode table = normalizers.addObject().put(TYPE, "Precompiled");
    table.put("precompiled_charsmap", Base64.getEncoder().encodeToString(model.characterMap()));
  }

  private static void addIf(boolean asked, ArrayNode normalizers, String type) {
    if (asked) {
      normalizers.addObject().put(TYPE, type);
    }
  }

  /** A space becomes a character of the pieces, and one is put before the text or its words. */
  private void writeSpaces(ObjectNode part) {
    String without = family == TokenizerFamily.DEBERTA_V2 ? "first" : "never";
    boolean always = options.prefixSpace() || family == TokenizerFamily.T5;
    part.put(TYPE, "Metaspace").put("replacement", "\u2581");
    part.put("prepend_scheme", always ? "always" : without).put("split", true);
  }

  private void writeModel(ObjectNode unigram) {
    unigram.put(TYPE, "Unigram").put("unk_id", scored.unknown());
    ArrayNode vocabulary = unigram.putArray("vocab");
    for (ScoredPiece piece : scored.pieces()) {
      vocabulary.addArray().add(piece.text()).add(ExactDecimal.of(piece.score()));
    }
    unigram.put("byte_fallback", false);
  }
}
