package io.heed.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Checks what the native library is known to take for granted in a tokenizer. A file that breaks it
 * would not fail with an exception: it would end the JVM, on loading or at some text.
 */
final class NativeGuard {
  private static final int MAX_BYTE = 0xFF;

  private NativeGuard() {}

  /**
   * Checks the normalizers, the template and the decoders.
   *
   * @throws IllegalArgumentException naming the rule and the place in the file
   */
  static void check(JsonNode normalizer, JsonNode postProcessor, JsonNode decoder) {
    checkNormalizer(normalizer);
    checkTemplate(postProcessor);
    checkDecoder(decoder);
  }

  // Parts are known by their fields: the library does so too where it does not know the type.
  private static void checkNormalizer(JsonNode normalizer) {
    normalizer.path("normalizers").forEach(NativeGuard::checkNormalizer);
    if (normalizer.has("pattern")) {
      checkPattern("normalizer", normalizer.path("pattern"));
    }
    require(
        !normalizer.has("prepend") || !normalizer.path("prepend").asText().isEmpty(),
        "a Prepend normalizer prepends nothing");
    if (normalizer.has("precompiled_charsmap") || type(normalizer).equals("Precompiled")) {
      checkCharacterMap(normalizer.path("precompiled_charsmap"));
    }
  }

  /** A pattern without length is found past the end of the text. */
  private static void checkPattern(String part, JsonNode pattern) {
    String regex = pattern.path("Regex").asText();
    boolean matchesNothing = pattern.has("String") && pattern.path("String").asText().isEmpty();
    try {
      matchesNothing |= pattern.has("Regex") && Pattern.compile(regex).matcher("").find();
    } catch (PatternSyntaxException e) {
      // The native library reads another dialect; what it cannot read it reports.
      matchesNothing |= regex.isEmpty();
    }
    require(!matchesNothing, "the pattern %s of a %s matches the empty text", pattern, part);
  }

  /** What strips both ends of a token may meet itself in the middle. */
  private static void checkDecoder(JsonNode decoder) {
    decoder.path("decoders").forEach(NativeGuard::checkDecoder);
    if (decoder.has("pattern")) {
      checkPattern("decoder", decoder.path("pattern"));
    }
    require(
        decoder.path("stop").asLong() == 0,
        "a Strip decoder strips %s characters from the end of a token; supported: 0",
        decoder.path("stop"));
  }

  /** Every special token that a template places has to be described beside it. */
  private static void checkTemplate(JsonNode processor) {
    processor.path("processors").forEach(NativeGuard::checkTemplate);
    JsonNode described = processor.path("special_tokens");
    for (String template : new String[] {"single", "pair"}) {
      for (JsonNode piece : processor.path(template)) {
        String id = piece.path("SpecialToken").path("id").asText();
        require(
            !piece.has("SpecialToken") || described.path(id).path("id").asText().equals(id),
            "the template %s places %s, which special_tokens does not describe",
            template,
            id);
      }
    }
  }

  /**
   * SentencePiece's character map: the length of a double-array trie, the trie, then replacements
   * in UTF-8, each ended by a zero byte, which the leaves of the trie point into.
   */
  private static void checkCharacterMap(JsonNode node) {
    byte[] map = decode(node);
    ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    require(map.length >= Integer.BYTES, "precompiled_charsmap has only %d bytes", map.length);
    long trieBytes = Integer.toUnsignedLong(bytes.getInt());
    require(
        trieBytes >= Integer.BYTES && trieBytes <= bytes.remaining(),
        "the trie of precompiled_charsmap has %d bytes, the map %d",
        trieBytes,
        map.length);
    int[] trie = new int[(int) (trieBytes / Integer.BYTES)];
    bytes.asIntBuffer().get(trie);
    bytes.position(bytes.position() + trie.length * Integer.BYTES);
    ByteBuffer replacements = bytes.slice();
    try {
      StandardCharsets.UTF_8.newDecoder().decode(replacements.duplicate());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("precompiled_charsmap has text that is not UTF-8", e);
    }
    checkTrie(trie, replacements);
  }

  /** Takes every way through the trie that some text could take. */
  private static void checkTrie(int[] trie, ByteBuffer replacements) {
    BitSet seen = new BitSet(trie.length);
    Deque<Integer> nodes = new ArrayDeque<>();
    nodes.add(offset(trie[0]));
    while (!nodes.isEmpty()) {
      int node = nodes.remove();
      for (int label = 1; label <= MAX_BYTE; label++) {
        int position = node ^ label;
        requireInside(position, trie);
        int unit = trie[position];
        if ((unit & (1 << 31 | MAX_BYTE)) != label) {
          continue;
        }
        int child = position ^ offset(unit);
        if ((unit >>> 8 & 1) == 1) {
          requireInside(child, trie);
          checkReplacement(trie[child] & Integer.MAX_VALUE, replacements);
        }
        // A node outside is an error of its own children, found when it is taken from the queue.
        if (child >= trie.length || !seen.get(child)) {
          seen.set(Math.min(child, trie.length));
          nodes.add(child);
        }
      }
    }
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private static void requireInside(int position, int[] trie) {
    require(
        position < trie.length,
        "the trie of precompiled_charsmap points to %d of %d",
        position,
        trie.length);
  }

  private static void checkReplacement(int index, ByteBuffer replacements) {
    boolean inside = index <= replacements.limit();
    boolean continuation =
        inside && index < replacements.limit() && (replacements.get(index) & 0xC0) == 0x80;
    require(
        inside && !continuation,
        "the trie of precompiled_charsmap points to byte %d of %d of its text",
        index,
        replacements.limit());
  }

  private static String type(JsonNode node) {
    return node.path("type").asText();
  }

  private static byte[] decode(JsonNode node) {
    require(node.isTextual(), "precompiled_charsmap is %s, expected a string", node.getNodeType());
    try {
      return Base64.getDecoder().decode(node.textValue());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("precompiled_charsmap is not base64", e);
    }
  }

  private static void require(boolean rule, String message, Object... values) {
    if (!rule) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
    }
  }
}
