package io.heed.sample;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * Words in pieces, of which the most frequent pair of neighbours becomes one piece, again and
 * again. Ties go to the pair that sorts first.
 */
final class MergeLearner {
  /** Neighbours in a word. */
  record Pair(String left, String right) implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
        Comparator.comparing(Pair::left).thenComparing(Pair::right);

    @Override
    public int compareTo(Pair other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Word {
    final int count;
    List<String> pieces;

    Word(List<String> pieces, int count) {
      this.pieces = pieces;
      this.count = count;
    }
  }

  private final BinaryOperator<String> join;
  private final List<Word> words = new ArrayList<>();

  /** Without words yet; {@code join} makes one piece of two. */
  MergeLearner(BinaryOperator<String> join) {
    this.join = join;
  }

  void add(List<String> pieces, int count) {
    words.add(new Word(pieces, count));
  }

  /** The pieces of all words, as often as they occur in different words. */
  Stream<String> pieces() {
    return words.stream().flatMap(word -> word.pieces.stream());
  }

  /** The pair to merge next, if any stands twice. */
  Optional<Pair> mostFrequentPair() {
    Map<Pair, Integer> counts = new HashMap<>();
    for (Word word : words) {
      for (int i = 1; i < word.pieces.size(); i++) {
        Pair pair = new Pair(word.pieces.get(i - 1), word.pieces.get(i));
        counts.merge(pair, word.count, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .min(
            Map.Entry.<Pair, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }

  /** Makes one piece of a pair wherever it stands, and returns that piece. */
  String merge(Pair pair) {
    String joined = join.apply(pair.left, pair.right);
    for (Word word : words) {
      List<String> merged = new ArrayList<>(word.pieces.size());
      for (String piece : word.pieces) {
        int last = merged.size() - 1;
        if (last >= 0 && piece.equals(pair.right) && merged.get(last).equals(pair.left)) {
          merged.set(last, joined);
        } else {
          merged.add(piece);
        }
      }
      word.pieces = merged;
    }
    return joined;
  }
}
