package io.heed.spark.tokens;

import io.heed.settings.Setting;
import io.heed.settings.ValueType;

/** The columns that tokens come from. */
public final class TokenSettings {
  public static final Setting<String> TEXT_COLUMN =
      Setting.ofRun("text-column", ValueType.text("NAME"), "Column with the texts")
          .withDefault("text");
  public static final Setting<String> TOKENS_COLUMN =
      Setting.ofRun(
          "tokens-column",
          ValueType.text("NAME"),
          "Column with arrays of token ids, special tokens included, instead of texts");
  public static final Setting<String> TOKEN_TYPES_COLUMN =
      Setting.ofRun(
          "token-types-column",
          ValueType.text("NAME"),
          "Column with arrays that say which segment each token id belongs to, 0 for the first and 1"
              + " for the second of a pair (default: all tokens are of type 0)");
  public static final Setting<String> SERIES_COLUMN =
      Setting.ofRun(
          "series-column",
          ValueType.text("NAME"),
          "Column with price bars in time, arrays of structs with open, high, low, close and volume;"
              + " the first bar of a row is what the others are measured by");

  public static final Setting<Integer> MAX_LENGTH =
      Setting.of(
              "max-length",
              ValueType.integer(1, Integer.MAX_VALUE),
              "Tokens after which a row is cut, special tokens included; at most the model's"
                  + " positions")
          .withUnit("tokens")
          .withModelDefault(
              "the checkpoint's max_seq_length, else its tokenizer's model_max_length, else the"
                  + " model's positions");

  private TokenSettings() {}
}
