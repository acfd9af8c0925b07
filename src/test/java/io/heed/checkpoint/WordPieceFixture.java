package io.heed.checkpoint;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokenizer files of an uncased BERT checkpoint, for a given WordPiece vocabulary.
 *
 * @param vocabulary the pieces in the order of their ids, beginning with {@link #SPECIAL_TOKENS}
 */
public record WordPieceFixture(List<String> vocabulary) {

  /** What every vocabulary begins with: ids 0 to 4. */
  public static final List<String> SPECIAL_TOKENS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private static final String TOKENIZER =
      """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [
      %s
        ],
        "normalizer": {
          "type": "BertNormalizer",
          "clean_text": true,
          "handle_chinese_chars": true,
          "strip_accents": null,
          "lowercase": true
        },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": {
          "type": "TemplateProcessing",
          "single": [
            { "SpecialToken": { "id": "[CLS]", "type_id": 0 } },
            { "Sequence": { "id": "A", "type_id": 0 } },
            { "SpecialToken": { "id": "[SEP]", "type_id": 0 } }
          ],
          "pair": [
            { "SpecialToken": { "id": "[CLS]", "type_id": 0 } },
            { "Sequence": { "id": "A", "type_id": 0 } },
            { "SpecialToken": { "id": "[SEP]", "type_id": 0 } },
            { "Sequence": { "id": "B", "type_id": 1 } },
            { "SpecialToken": { "id": "[SEP]", "type_id": 1 } }
          ],
          "special_tokens": {
            "[CLS]": { "id": "[CLS]", "ids": [2], "tokens": ["[CLS]"] },
            "[SEP]": { "id": "[SEP]", "ids": [3], "tokens": ["[SEP]"] }
          }
        },
        "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
        "model": {
          "type": "WordPiece",
          "unk_token": "[UNK]",
          "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 100,
          "vocab": {
      %s
          }
        }
      }
      """;

  private static final String ADDED_TOKEN =
      """
          {
            "id": %s,
            "content": %s,
            "single_word": false,
            "lstrip": false,
            "rstrip": false,
            "normalized": false,
            "special": true
          }\
      """;

  private static final String TOKENIZER_CONFIG =
      """
      {
        "clean_up_tokenization_spaces": true,
        "cls_token": "[CLS]",
        "do_lower_case": true,
        "mask_token": "[MASK]",
        "model_max_length": %s,
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "strip_accents": null,
        "tokenize_chinese_chars": true,
        "tokenizer_class": "BertTokenizer",
        "unk_token": "[UNK]"
      }
      """;

  /** Requires the special tokens at the front and no piece twice. */
  public WordPieceFixture {
    vocabulary = List.copyOf(vocabulary);
    if (vocabulary.size() < SPECIAL_TOKENS.size()
        || !vocabulary.subList(0, SPECIAL_TOKENS.size()).equals(SPECIAL_TOKENS)) {
      throw new IllegalArgumentException("a vocabulary begins with " + SPECIAL_TOKENS);
    }
    if (new HashSet<>(vocabulary).size() < vocabulary.size()) {
      throw new IllegalArgumentException("a piece is in the vocabulary twice");
    }
  }

  /** One piece for each printable ASCII character, letters and digits also as continuations. */
  public static WordPieceFixture ascii() {
    List<String> vocabulary = new ArrayList<>(SPECIAL_TOKENS);
    IntStream.rangeClosed('!', '~')
        .filter(c -> !Character.isUpperCase(c))
        .forEach(c -> vocabulary.add(Character.toString(c)));
    List<String> continuations =
        vocabulary.stream()
            .filter(piece -> piece.length() == 1 && Character.isLetterOrDigit(piece.charAt(0)))
            .map("##"::concat)
            .toList();
    vocabulary.addAll(continuations);
    return new WordPieceFixture(vocabulary);
  }

  /** Number of ids. */
  public int size() {
    return vocabulary.size();
  }

  /** The JSON of {@code tokenizer.json}. */
  public String tokenizerJson() {
    String added =
        IntStream.range(0, SPECIAL_TOKENS.size())
            .mapToObj(id -> ADDED_TOKEN.formatted(id, Json.compact(SPECIAL_TOKENS.get(id))))
            .collect(joining(",\n"));
    String pieces =
        IntStream.range(0, vocabulary.size())
            .mapToObj(id -> "      %s: %s".formatted(Json.compact(vocabulary.get(id)), id))
            .collect(joining(",\n"));
    return TOKENIZER.formatted(added, pieces);
  }

  /** Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code vocab.txt}. */
  public void write(Path directory, int modelMaxLength) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), tokenizerJson());
    Files.writeString(
        directory.resolve("tokenizer_config.json"), TOKENIZER_CONFIG.formatted(modelMaxLength));
    Files.writeString(directory.resolve("vocab.txt"), String.join("\n", vocabulary) + "\n");
  }
}
