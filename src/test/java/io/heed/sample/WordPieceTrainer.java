package io.heed.sample;

import io.heed.checkpoint.WordPieceFixture;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Learns a WordPiece vocabulary as Hugging Face's trainer does: words begin as single characters,
 * those after the first marked {@code ##}, and are merged as {@link MergeLearner} says.
 */
final class WordPieceTrainer {
  private static final String CONTINUATION = "##";

  private final Set<String> vocabulary = new LinkedHashSet<>(WordPieceFixture.SPECIAL_TOKENS);
  private final MergeLearner words =
      new MergeLearner((left, right) -> left + right.substring(CONTINUATION.length()));

  private WordPieceTrainer(List<String> text) {
    Map<String, Integer> counts = new TreeMap<>();
    text.forEach(word -> counts.merge(word, 1, Integer::sum));
    counts.forEach((word, count) -> words.add(characters(word), count));
  }

  /**
   * The pieces in the order of their ids: special tokens, characters, then merged pieces by the
   * order of their merging. It ends at {@code size}, or when no pair stands twice.
   *
   * @param text every word as often as it occurs
   */
  static List<String> train(List<String> text, int size) {
    WordPieceTrainer trainer = new WordPieceTrainer(text);
    trainer.addCharacters();
    Optional<MergeLearner.Pair> pair = trainer.words.mostFrequentPair();
    while (pair.isPresent() && trainer.vocabulary.size() < size) {
      trainer.vocabulary.add(trainer.words.merge(pair.get()));
      pair = trainer.words.mostFrequentPair();
    }
    return List.copyOf(trainer.vocabulary);
  }

  /** All of printable ASCII is there, seen or not, so that any English text has its pieces. */
  private void addCharacters() {
    SortedSet<String> characters = new TreeSet<>();
    IntStream.rangeClosed('!', '~')
        .filter(c -> !Character.isUpperCase(c))
        .forEach(c -> characters.add(Character.toString(c)));
    words.pieces().forEach(piece -> characters.add(piece.replaceFirst("^##(?=.)", "")));
    vocabulary.addAll(characters);
    Predicate<String> standsAlone = piece -> BertWords.isPunctuation(piece.codePointAt(0));
    characters.stream()
        .filter(standsAlone.negate())
        .map(CONTINUATION::concat)
        .forEach(vocabulary::add);
  }

  private static List<String> characters(String word) {
    List<String> pieces = new ArrayList<>();
    word.codePoints()
        .mapToObj(Character::toString)
        .forEach(piece -> pieces.add(pieces.isEmpty() ? piece : CONTINUATION + piece));
    return pieces;
  }
}
