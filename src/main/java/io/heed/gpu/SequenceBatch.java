package io.heed.gpu;

import io.heed.layer.LengthScale;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Sequences that the device computes together.
 *
 * @param firstSequence which of all sequences the first is
 * @param first {@code [n]}, where the ids of each begin among those of all
 * @param starts {@code [n + 1]}, where the tokens of each begin in the batch, then their number
 */
record SequenceBatch(int firstSequence, int[] first, int[] starts) {
  /** Queries that a block of the attention kernel has. */
  private static final int QUERIES = 64;

  private static final float LEAST_FACTOR = 1e-20f;

  /** Words of a block's queries: first token, tokens, first query, factor of its scores. */
  static final int QUERIES_WORDS = 4;

  int sequences() {
    return first.length;
  }

  int tokens() {
    return starts[first.length];
  }

  /** Tokens of a sequence of the batch. */
  int length(int sequence) {
    return starts[sequence + 1] - starts[sequence];
  }

  /**
   * Batches in the order of the sequences. What becomes of a sequence does not depend on them.
   *
   * @param offsets {@code [n + 1]}, where the ids of each sequence begin, then their number
   * @param longest tokens after which a sequence is cut
   * @param tokens of a batch, at most, unless it is a single sequence
   * @param sequences of a batch, at most
   */
  static List<SequenceBatch> split(int[] offsets, int longest, int tokens, int sequences) {
    List<SequenceBatch> batches = new ArrayList<>();
    int all = offsets.length - 1;
    int end;
    for (int from = 0; from < all; from = end) {
      end = from + 1;
      long sum = length(offsets, from, longest);
      while (end < all && end - from < sequences) {
        sum += length(offsets, end, longest);
        if (sum > tokens) {
          break;
        }
        end++;
      }
      int[] starts = new int[end - from + 1];
      for (int s = from; s < end; s++) {
        starts[s - from + 1] = starts[s - from] + length(offsets, s, longest);
      }
      batches.add(new SequenceBatch(from, Arrays.copyOfRange(offsets, from, end), starts));
    }
    return batches;
  }

  private static int length(int[] offsets, int sequence, int longest) {
    return Math.min(longest, offsets[sequence + 1] - offsets[sequence]);
  }

  /** The length of {@link #queries}. */
  int queriesWords() {
    int blocks = 0;
    for (int s = 0; s < first.length; s++) {
      blocks += (length(s) + QUERIES - 1) / QUERIES;
    }
    return QUERIES_WORDS * blocks;
  }

  /**
   * The queries of each block of the attention kernel, those of the longest sequences first.
   *
   * @param scale what queries are multiplied by, where that depends on their sequence's length
   */
  int[] queries(Optional<LengthScale> scale) {
    record Block(int from, int length, int query) {}
    List<Block> blocks = new ArrayList<>();
    for (int s = 0; s < first.length; s++) {
      int length = length(s);
      for (int query = 0; query < length; query += QUERIES) {
        blocks.add(new Block(starts[s], length, query));
      }
    }
    blocks.sort(Comparator.comparingInt(Block::length).reversed());
    int[] words = new int[queriesWords()];
    int at = 0;
    for (Block block : blocks) {
      words[at] = block.from;
      words[at + 1] = block.length;
      words[at + 2] = block.query;
      words[at + 3] = Float.floatToRawIntBits(factor(scale, block.length));
      at += QUERIES_WORDS;
    }
    return words;
  }

  /** A score that is hidden is minus infinity, which a factor of 0 would make no number. */
  private static float factor(Optional<LengthScale> scale, int length) {
    return scale.map(some -> Math.max(some.of(length), LEAST_FACTOR)).orElse(1f);
  }
}
