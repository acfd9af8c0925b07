package io.heed.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * What the text of a token depends on besides the token, by the decoder of a {@code
 * tokenizer.json}. Source: the decoders of <a
 * href="https://github.com/huggingface/tokenizers">tokenizers</a>.
 */
enum DecoderContext {
  /** Each token is some bytes; those of all tokens are read as UTF-8. */
  BYTES,
  /** Nothing, or whether it is the last. */
  END,
  /** Whether it is the first. */
  START,
  /**
   * The tokens beside it where they are bytes, for a run of such tokens is read as UTF-8 or is
   * U+FFFD throughout; and the start of the text may lack {@link #MOST_STRIPPED} characters.
   */
  RUNS_OF_BYTES,
  /** All other tokens, as far as is known here. */
  ALL;

  /** The most characters that a decoder takes off the start of a text. */
  static final int MOST_STRIPPED = 2;

  private static final Set<String> OF_ONE_TOKEN = Set.of("Replace", "ByteFallback");

  static DecoderContext of(JsonNode decoder) {
    return switch (decoder.path("type").asText()) {
      // Tokens that are joined by a space.
      case "" -> END;
      case "ByteLevel" -> BYTES;
      case "BPEDecoder" -> END;
      case "WordPiece", "Metaspace" -> START;
      case "Sequence" -> isRunsOfBytes(decoder.path("decoders")) ? RUNS_OF_BYTES : ALL;
      default -> ALL;
    };
  }

  /**
   * The sequence of SentencePiece's models: steps that see one token or a run of bytes, then the
   * join of all, then at most a strip of the start.
   */
  private static boolean isRunsOfBytes(JsonNode decoders) {
    int fuse = 0;
    while (OF_ONE_TOKEN.contains(type(decoders, fuse))) {
      fuse++;
    }
    boolean strips = decoders.size() == fuse + 2 && isStripOfStart(decoders.path(fuse + 1));
    return type(decoders, fuse).equals("Fuse") && (decoders.size() == fuse + 1 || strips);
  }

  private static boolean isStripOfStart(JsonNode decoder) {
    return decoder.path("type").asText().equals("Strip")
        && decoder.path("stop").asInt(-1) == 0
        && decoder.path("start").asInt(MOST_STRIPPED + 1) <= MOST_STRIPPED;
  }

  private static String type(JsonNode decoders, int index) {
    return decoders.path(index).path("type").asText();
  }
}
