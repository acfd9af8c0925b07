package io.heed.text;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the text of a token depends on besides the token, by the decoder of a {@code
 * tokenizer.json}. Source: the decoders of <a
 * href="https://github.com/huggingface/tokenizers">tokenizers</a>.
 */
enum DecoderContext {
  /** Each token is some bytes; those of all tokens are read as UTF-8. */
  BYTES,
  /** Whether it is the first token, which has no space before it. */
  FIRST,
  /** Whether it is the last token, which has no space behind it. */
  LAST,
  /** All other tokens, as far as is known here. */
  ALL;

  static DecoderContext of(JsonNode decoder) {
    if (decoder.isNull() || decoder.isMissingNode()) {
      return FIRST;
    }
    return switch (decoder.path("type").asText()) {
      case "ByteLevel" -> BYTES;
      case "WordPiece", "Metaspace" -> FIRST;
      case "BPEDecoder" -> LAST;
      default -> ALL;
    };
  }
}
