package io.heed.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code tokenizer_config.json} says that changes the ids which transformers' {@code
 * AutoTokenizer} makes with a {@code tokenizer.json}. Its other keys describe what stands there as
 * well, or what only padding and chats need.
 *
 * @param modelMaxLength {@code model_max_length}, or {@code max_len} as it was called before
 * @param truncationSide {@code truncation_side}
 * @param typed whether {@code model_input_names} has types of tokens, or says nothing
 * @param parts fields of the tokenizer's parts that take the place of those in {@code
 *     tokenizer.json}: {@code lowercase}, {@code strip_accents} and {@code handle_chinese_chars} of
 *     a BERT normalizer, {@code add_prefix_space} of a byte-level pre-tokenizer
 */
public record TokenizerConfig(
    Optional<TokenLimit> modelMaxLength,
    Optional<TruncationSide> truncationSide,
    boolean typed,
    Map<String, Boolean> parts) {

  /** From which end of a text tokens are left out. */
  public enum TruncationSide {
    LEFT,
    RIGHT
  }

  static final String FILE = "tokenizer_config.json";

  /** Nothing said. */
  static final TokenizerConfig NONE =
      new TokenizerConfig(Optional.empty(), Optional.empty(), true, Map.of());

  private static final String PREFIX_SPACE = "add_prefix_space";

  /** Keys of BERT's tokenizer, and the fields that they stand for. */
  private static final Map<String, String> BERT_PARTS =
      Map.of(
          "do_lower_case", "lowercase",
          "strip_accents", "strip_accents",
          "tokenize_chinese_chars", "handle_chinese_chars");

  /** Classes that take the normalizer of a {@code tokenizer.json} as it stands. */
  private static final List<String> AS_IT_STANDS =
      List.of("PreTrainedTokenizerFast", "TokenizersBackend");

  /** Copies the parts. */
  public TokenizerConfig {
    parts = Map.copyOf(parts);
  }

  /**
   * Reads the file, if there is one.
   *
   * @throws CheckpointException when one of these keys has a value that is none for it
   */
  static TokenizerConfig read(CheckpointDirectory directory) {
    return directory.findJson(FILE).map(TokenizerConfig::read).orElse(NONE);
  }

  private static TokenizerConfig read(JsonFile json) {
    Optional<TokenLimit> length =
        json.limit("model_max_length")
            .or(() -> json.limit("max_len"))
            .map(tokens -> new TokenLimit(tokens, json.name()));
    return new TokenizerConfig(
        length,
        json.string("truncation_side").map(side -> side(json, side)),
        json.strings("model_input_names")
            .map(names -> names.contains("token_type_ids"))
            .orElse(true),
        parts(json));
  }

  private static Map<String, Boolean> parts(JsonFile json) {
    Map<String, Boolean> parts = new LinkedHashMap<>();
    if (json.string("tokenizer_class").filter(AS_IT_STANDS::contains).isEmpty()) {
      BERT_PARTS.forEach((key, part) -> json.bool(key).ifPresent(value -> parts.put(part, value)));
    }
    json.bool(PREFIX_SPACE).ifPresent(value -> parts.put(PREFIX_SPACE, value));
    return parts;
  }

  private static TruncationSide side(JsonFile json, String side) {
    return switch (side) {
      case "left" -> TruncationSide.LEFT;
      case "right" -> TruncationSide.RIGHT;
      default -> throw json.error("truncation_side is \"%s\", expected left or right", side);
    };
  }
}
