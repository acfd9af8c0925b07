package io.heed.checkpoint;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokenizer files of a GPT-2 checkpoint, for given merges of byte-level BPE: ids 0 to 255 are
 * bytes in GPT-2's order, then come the merged pieces, and {@code <|endoftext|>} is the last.
 *
 * @param merges two pieces each with a space between, in the order of their learning
 */
public record ByteLevelFixture(List<String> merges) {
  /** The only special token; no text gets it by itself. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  /** The characters that stand for the bytes 0 to 255 in a vocabulary. */
  public static final String ALPHABET = alphabet();

  private static final String TOKENIZER =
      """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [
          {
            "id": %s,
            "content": "<|endoftext|>",
            "single_word": false,
            "lstrip": false,
            "rstrip": false,
            "normalized": true,
            "special": true
          }
        ],
        "normalizer": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true },
        "post_processor": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false },
        "decoder": { "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true },
        "model": {
          "type": "BPE",
          "dropout": null,
          "unk_token": null,
          "continuing_subword_prefix": "",
          "end_of_word_suffix": "",
          "fuse_unk": false,
          "vocab": {
      %s
          },
          "merges": [
      %s
          ]
        }
      }
      """;

  private static final String TOKENIZER_CONFIG =
      """
      {
        "add_prefix_space": false,
        "bos_token": "<|endoftext|>",
        "clean_up_tokenization_spaces": false,
        "eos_token": "<|endoftext|>",
        "model_max_length": %s,
        "tokenizer_class": "GPT2Tokenizer",
        "unk_token": "<|endoftext|>"
      }
      """;

  /** Keeps the merges. */
  public ByteLevelFixture {
    merges = List.copyOf(merges);
  }

  /** A few English words, and one piece that ends within an umlaut. */
  public static ByteLevelFixture english() {
    return new ByteLevelFixture(
        List.of(
            "\u0120 t", "h e", "\u0120t he", "\u0120 a", "i n", "n d", "\u0120a nd", "l \u00c3"));
  }

  /** Number of ids. */
  public int size() {
    return pieces().size() + 1;
  }

  /** The id of {@link #END_OF_TEXT}. */
  public int endOfText() {
    return size() - 1;
  }

  /** The JSON of {@code tokenizer.json}. */
  public String tokenizerJson() {
    List<String> vocabulary = new ArrayList<>(pieces());
    vocabulary.add(END_OF_TEXT);
    String pieces =
        IntStream.range(0, vocabulary.size())
            .mapToObj(id -> "      %s: %s".formatted(Json.compact(vocabulary.get(id)), id))
            .collect(joining(",\n"));
    String learned =
        merges.stream()
            .map(merge -> "      %s".formatted(Json.compact(merge)))
            .collect(joining(",\n"));
    return TOKENIZER.formatted(endOfText(), pieces, learned);
  }

  /** Writes {@code tokenizer.json} and {@code tokenizer_config.json}. */
  public void write(Path directory, int modelMaxLength) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), tokenizerJson());
    Files.writeString(
        directory.resolve("tokenizer_config.json"), TOKENIZER_CONFIG.formatted(modelMaxLength));
  }

  /** Two merges may make the same piece. */
  private Set<String> pieces() {
    Set<String> pieces = new LinkedHashSet<>();
    // GPT-2 counts the bytes that stand for themselves first, then those that were moved.
    ALPHABET.chars().sorted().forEach(c -> pieces.add(Character.toString(c)));
    merges.forEach(merge -> pieces.add(merge.replace(" ", "")));
    return pieces;
  }

  private static String alphabet() {
    StringBuilder alphabet = new StringBuilder();
    int moved = 256;
    for (int b = 0; b < 256; b++) {
      boolean printed = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
      alphabet.append((char) (printed ? b : moved++));
    }
    return alphabet.toString();
  }
}
