package io.heed.sample;

import io.heed.checkpoint.ByteLevelFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns the merges of byte-level BPE as Hugging Face's trainer does: words, split as GPT-2 splits
 * them, begin as single bytes and are merged as {@link MergeLearner} says.
 */
final class BytePairTrainer {
  /** The pattern of GPT-2's {@code encoder.py}. */
  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private BytePairTrainer() {}

  /** So many merges, two pieces each with a space between, fewer when no pair stands twice. */
  static List<String> train(List<String> texts, int size) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      Matcher words = WORD.matcher(text);
      while (words.find()) {
        counts.merge(words.group(), 1, Integer::sum);
      }
    }
    MergeLearner learner = new MergeLearner(String::concat);
    counts.forEach((word, count) -> learner.add(bytes(word), count));
    List<String> merges = new ArrayList<>();
    Optional<MergeLearner.Pair> pair = learner.mostFrequentPair();
    while (pair.isPresent() && merges.size() < size) {
      merges.add(pair.get().left() + " " + pair.get().right());
      learner.merge(pair.get());
      pair = learner.mostFrequentPair();
    }
    return merges;
  }

  private static List<String> bytes(String word) {
    List<String> pieces = new ArrayList<>();
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      pieces.add(Character.toString(ByteLevelFixture.ALPHABET.charAt(b & 0xff)));
    }
    return pieces;
  }
}
