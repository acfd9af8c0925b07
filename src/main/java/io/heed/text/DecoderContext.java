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
  /** All other tokens, as far as is known here. */
  ALL;

  static DecoderContext of(JsonNode decoder) {
    // Those that treat the first or the last token in their own way may drop a token's text or not
    // by what stands beside it.
    return decoder.path("type").asText().equals("ByteLevel") ? BYTES : ALL;
  }
}
