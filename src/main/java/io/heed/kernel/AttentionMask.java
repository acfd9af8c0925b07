package io.heed.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * Which keys a query may see. The weight of a hidden key is exactly 0. A query that sees no key has
 * weights and a context of zeros, unless {@link #uniformWhereNoneIsSeen} says otherwise.
 *
 * <p>Sequences, queries and keys are counted from 0, queries and keys within their sequence.
 */
public sealed interface AttentionMask {

  /** What a query gets that sees no key. */
  enum NoVisibleKey {
    /** Weights and a context of zeros: it takes nothing from any key. */
    ZEROS,
    /**
     * The weight 1/Tk for each of the Tk keys of its sequence, hidden ones too: what softmax makes
     * of scores that have all been replaced by the same large negative number, such as -1e9. Where
     * the sequence has no key, a context of zeros.
     */
    UNIFORM
  }

  /** Hides nothing. */
  static AttentionMask none() {
    return new None();
  }

  /** Query i sees the keys 0 to i. */
  static AttentionMask causal() {
    return new Causal();
  }

  /**
   * Query i sees the keys from {@code i - reach} to {@code i + reach}.
   *
   * @param reach 0 or more
   * @throws IllegalArgumentException when it is negative
   */
  static AttentionMask window(int reach) {
    return new Window(reach);
  }

  /** In sequence s only the first {@code visible[s]} keys are seen: what follows is padding. */
  static AttentionMask padding(int... visible) {
    return new Padding(visible.clone());
  }

  /**
   * What each mask shows.
   *
   * @param masks for each sequence {@code [Tq][Tk]}, 1 where the key is seen and 0 where not
   * @throws IllegalArgumentException when a mask is not a rectangle of 0 and 1
   */
  static AttentionMask explicit(List<int[][]> masks) {
    return new Explicit(masks.stream().map(Grid::of).toList());
  }

  /** Whether the query sees the key. */
  boolean visible(int sequence, int query, int key);

  /** Before which key, counted from 0, the query sees none. */
  default int start(int sequence, int query) {
    return 0;
  }

  /** How many of the first keys hold all that the query sees, at most {@code keys}. */
  int end(int sequence, int query, int keys);

  /** Whether a key between {@link #start} and {@link #end} may be hidden. */
  boolean hasHoles();

  /**
   * Checks that the mask fits the sequences.
   *
   * @param queryStarts {@code [B + 1]}, first query of each sequence, then their number
   * @param keyStarts {@code [B + 1]}, first key of each sequence, then their number
   * @throws IllegalArgumentException when it does not
   */
  void check(int[] queryStarts, int[] keyStarts);

  /** What the mask hides in the sequences {@code from} to {@code to} (exclusive). */
  AttentionMask sequences(int from, int to);

  /** What a query gets that sees no key. */
  default NoVisibleKey noVisibleKey() {
    return NoVisibleKey.ZEROS;
  }

  /** The same mask, under which a query that sees no key weighs all of them alike. */
  default AttentionMask uniformWhereNoneIsSeen() {
    return new UniformWhereNoneIsSeen(this);
  }

  /**
   * A key is seen where both masks show it; a query that sees none gets what either mask says
   * beside zeros.
   */
  default AttentionMask and(AttentionMask other) {
    if (this instanceof None) {
      return other;
    }
    return other instanceof None ? this : new Both(this, other);
  }

  /** See {@link #none}. */
  record None() implements AttentionMask {
    @Override
    public boolean visible(int sequence, int query, int key) {
      return true;
    }

    @Override
    public int end(int sequence, int query, int keys) {
      return keys;
    }

    @Override
    public boolean hasHoles() {
      return false;
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {}

    @Override
    public AttentionMask sequences(int from, int to) {
      return this;
    }
  }

  /** See {@link #causal}. */
  record Causal() implements AttentionMask {
    @Override
    public boolean visible(int sequence, int query, int key) {
      return key <= query;
    }

    @Override
    public int end(int sequence, int query, int keys) {
      return Math.min(keys, query + 1);
    }

    @Override
    public boolean hasHoles() {
      return false;
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {}

    @Override
    public AttentionMask sequences(int from, int to) {
      return this;
    }
  }

  /** See {@link #window}. */
  record Window(int reach) implements AttentionMask {
    /** Checks the reach. */
    public Window {
      AttentionShapes.checkReach(reach);
    }

    @Override
    public boolean visible(int sequence, int query, int key) {
      return Math.abs(query - key) <= reach;
    }

    @Override
    public int start(int sequence, int query) {
      return Math.max(0, query - reach);
    }

    @Override
    public int end(int sequence, int query, int keys) {
      // A sum of both would overflow where the window is as wide as can be.
      return query >= keys - 1 - reach ? keys : query + reach + 1;
    }

    @Override
    public boolean hasHoles() {
      return false;
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {}

    @Override
    public AttentionMask sequences(int from, int to) {
      return this;
    }
  }

  /** See {@link #padding}. */
  record Padding(int[] lengths) implements AttentionMask {
    @Override
    public boolean visible(int sequence, int query, int key) {
      return key < lengths[sequence];
    }

    @Override
    public int end(int sequence, int query, int keys) {
      return lengths[sequence];
    }

    @Override
    public boolean hasHoles() {
      return false;
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {
      AttentionShapes.checkMasks(lengths.length, keyStarts.length - 1);
      for (int s = 0; s < lengths.length; s++) {
        AttentionShapes.checkVisible(s, lengths[s], keyStarts[s + 1] - keyStarts[s]);
      }
    }

    @Override
    public AttentionMask sequences(int from, int to) {
      return new Padding(Arrays.copyOfRange(lengths, from, to));
    }
  }

  /** See {@link #explicit}. */
  record Explicit(List<Grid> grids) implements AttentionMask {
    @Override
    public boolean visible(int sequence, int query, int key) {
      Grid grid = grids.get(sequence);
      return grid.shown[query * grid.keys + key];
    }

    @Override
    public int end(int sequence, int query, int keys) {
      return keys;
    }

    @Override
    public boolean hasHoles() {
      return true;
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {
      AttentionShapes.checkMasks(grids.size(), queryStarts.length - 1);
      for (int s = 0; s < grids.size(); s++) {
        Grid grid = grids.get(s);
        int queries = queryStarts[s + 1] - queryStarts[s];
        int keys = keyStarts[s + 1] - keyStarts[s];
        AttentionShapes.checkMask(s, grid.queries, grid.keys, queries, keys);
      }
    }

    @Override
    public AttentionMask sequences(int from, int to) {
      return new Explicit(grids.subList(from, to));
    }
  }

  /**
   * The mask of one sequence.
   *
   * @param shown {@code [queries, keys]}
   */
  record Grid(int queries, int keys, boolean[] shown) {

    private static Grid of(int[][] mask) {
      int keys = mask.length == 0 ? 0 : mask[0].length;
      boolean[] shown = new boolean[Math.multiplyExact(mask.length, keys)];
      for (int q = 0; q < mask.length; q++) {
        AttentionShapes.checkMaskRow(q, mask[q], keys);
        for (int k = 0; k < keys; k++) {
          shown[q * keys + k] = mask[q][k] == 1;
        }
      }
      return new Grid(mask.length, keys, shown);
    }
  }

  /** See {@link #and}. */
  record Both(AttentionMask one, AttentionMask other) implements AttentionMask {
    @Override
    public boolean visible(int sequence, int query, int key) {
      return one.visible(sequence, query, key) && other.visible(sequence, query, key);
    }

    @Override
    public int start(int sequence, int query) {
      return Math.max(one.start(sequence, query), other.start(sequence, query));
    }

    @Override
    public int end(int sequence, int query, int keys) {
      return Math.min(one.end(sequence, query, keys), other.end(sequence, query, keys));
    }

    @Override
    public boolean hasHoles() {
      return one.hasHoles() || other.hasHoles();
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {
      one.check(queryStarts, keyStarts);
      other.check(queryStarts, keyStarts);
    }

    @Override
    public AttentionMask sequences(int from, int to) {
      return new Both(one.sequences(from, to), other.sequences(from, to));
    }

    @Override
    public NoVisibleKey noVisibleKey() {
      return one.noVisibleKey() == NoVisibleKey.ZEROS ? other.noVisibleKey() : one.noVisibleKey();
    }
  }

  /** See {@link #uniformWhereNoneIsSeen}. */
  record UniformWhereNoneIsSeen(AttentionMask mask) implements AttentionMask {
    @Override
    public boolean visible(int sequence, int query, int key) {
      return mask.visible(sequence, query, key);
    }

    @Override
    public int start(int sequence, int query) {
      return mask.start(sequence, query);
    }

    @Override
    public int end(int sequence, int query, int keys) {
      return mask.end(sequence, query, keys);
    }

    @Override
    public boolean hasHoles() {
      return mask.hasHoles();
    }

    @Override
    public void check(int[] queryStarts, int[] keyStarts) {
      mask.check(queryStarts, keyStarts);
    }

    @Override
    public AttentionMask sequences(int from, int to) {
      return new UniformWhereNoneIsSeen(mask.sequences(from, to));
    }

    @Override
    public NoVisibleKey noVisibleKey() {
      return NoVisibleKey.UNIFORM;
    }
  }
}
