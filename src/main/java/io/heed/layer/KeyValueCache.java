package io.heed.layer;

import io.heed.kernel.Attentions;
import io.heed.kernel.KeyValues;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The keys and values of sequences that a decoder continues, in memory that is allocated once. A
 * sequence takes a run of places for as many tokens as it may come to have, and gives them back
 * when it is finished. Not thread-safe.
 */
public final class KeyValueCache {
  private final KeyValues[] layers;

  /** The runs that no sequence has: places by first place, no two of them side by side. */
  private final NavigableMap<Integer, Integer> free = new TreeMap<>();

  /** The places of one sequence. */
  public static final class Run {
    private final int firstPlace;
    private final int places;
    private int tokens;
    private boolean released;

    private Run(int firstPlace, int places) {
      this.firstPlace = firstPlace;
      this.places = places;
    }

    int firstPlace() {
      return firstPlace;
    }

    /** Tokens of the sequence that are cached. */
    public int tokens() {
      return tokens;
    }

    /**
     * Checks that more tokens have places: behind the last one those of another run begin.
     *
     * @throws IllegalArgumentException when they have not
     */
    public void checkRoom(int more) {
      if (released || more > places - tokens) {
        throw new IllegalArgumentException(
            released
                ? "tokens for a run of the cache that was released"
                : String.format(
                    Locale.ROOT,
                    "%d more tokens do not fit a run of %d places, of which %d are taken",
                    more,
                    places,
                    tokens));
      }
    }

    /** Counts tokens whose keys and values all layers of the cache hold. */
    public void grow(int by) {
      tokens += by;
    }
  }

  /**
   * What the cache of a model holds.
   *
   * @param layers number of blocks
   * @param heads heads of keys and values of a block
   * @param headWidth values of a head's key, and of its value
   */
  public record Shape(int layers, int heads, int headWidth) {}

  /**
   * A cache.
   *
   * @param places tokens of all sequences, rounded up to whole runs
   */
  public KeyValueCache(Attentions kernels, Shape shape, int places) {
    int rounded = rounded(places);
    this.layers =
        IntStream.range(0, shape.layers())
            .mapToObj(layer -> kernels.allocateKeyValues(shape.heads(), shape.headWidth(), rounded))
            .toArray(KeyValues[]::new);
    if (rounded > 0) {
      free.put(0, rounded);
    }
  }

  /** Places are given to sequences in multiples of this. */
  public static final int STEP = KeyValues.RUN_MULTIPLE;

  /** Bytes of one token in all layers, at most. */
  public static long bytesPerToken(Shape shape) {
    return shape.layers() * KeyValues.bytesPerToken(shape.heads(), shape.headWidth());
  }

  /** Tokens that fit into {@code bytes} for a model, in whole runs. */
  public static int places(Shape shape, long bytes) {
    long whole = bytes / bytesPerToken(shape) / KeyValues.RUN_MULTIPLE;
    // An array of a head has at most 2^31 values.
    long most = Integer.MAX_VALUE / (2L * KeyValues.RUN_MULTIPLE) / padded(shape.headWidth());
    return Math.toIntExact(Math.min(whole, most)) * KeyValues.RUN_MULTIPLE;
  }

  private static long padded(int headWidth) {
    return headWidth + KeyValues.RUN_MULTIPLE - 1L;
  }

  /** Places for {@code tokens} tokens, if that many stand free side by side. */
  public Optional<Run> reserve(int tokens) {
    int needed = rounded(Math.max(1, tokens));
    for (Map.Entry<Integer, Integer> run : free.entrySet()) {
      // Read before it is removed: a tree may then use the entry for another run.
      int first = run.getKey();
      int left = run.getValue() - needed;
      if (left >= 0) {
        free.remove(first);
        if (left > 0) {
          free.put(first + needed, left);
        }
        return Optional.of(new Run(first, needed));
      }
    }
    return Optional.empty();
  }

  /**
   * Takes the places of a run back.
   *
   * @throws IllegalStateException when they were taken back before
   */
  public void release(Run run) {
    if (run.released) {
      throw new IllegalStateException("a run of the cache is released twice");
    }
    run.released = true;
    int first = run.firstPlace;
    int places = run.places;
    Map.Entry<Integer, Integer> before = free.lowerEntry(first);
    if (before != null && before.getKey() + before.getValue() == first) {
      first = before.getKey();
      places += before.getValue();
    }
    Integer behind = free.remove(run.firstPlace + run.places);
    free.put(first, behind == null ? places : places + behind);
  }

  /** The keys and values of a layer, counted from 0. */
  KeyValues layer(int index) {
    return layers[index];
  }

  /** Places that a sequence of {@code tokens} takes: whole runs. */
  public static int rounded(int tokens) {
    int multiple = KeyValues.RUN_MULTIPLE;
    return Math.multiplyExact((int) ((tokens + multiple - 1L) / multiple), multiple);
  }
}
