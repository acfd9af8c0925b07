package io.heed.corpus;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * A stream cut every {@code length} tokens. Only the last block may be shorter; nothing is padded
 * and nothing is left out. With {@link Packing#DOCUMENTS}, every token but the first of each
 * document is a target exactly once over all blocks; with {@link Packing#STREAM}, every one but the
 * first.
 *
 * <p>Blocks may be read by several threads at once.
 */
public final class Blocks {
  /** The largest length. */
  public static final int LONGEST = 1 << 28;

  private final StoredStream stream;
  private final int length;
  private final Packing packing;

  Blocks(StoredStream stream, int length, Packing packing) {
    if (length < 1 || length > LONGEST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a block has between 1 and %d tokens, not %d", LONGEST, length));
    }
    this.stream = stream;
    this.length = length;
    this.packing = packing;
  }

  /** Tokens of all of them. */
  public long tokens() {
    return stream.tokens();
  }

  /** How many there are. */
  public long count() {
    long tokens = stream.tokens();
    return tokens / length + (tokens % length == 0 ? 0 : 1);
  }

  /**
   * Reads a block.
   *
   * @throws IndexOutOfBoundsException when {@code i} is not in [0, count)
   * @throws CorpusException when a file of the corpus does not hold what it should
   */
  public Block block(long i) throws IOException {
    return block(i, 0);
  }

  /**
   * Reads a block of the stream as if it began elsewhere, what stands before that being its end: so
   * that documents are cut in other places. The two ends of the stream are never one sequence.
   *
   * @param rotation token that the stream begins with, in [0, tokens)
   * @throws IndexOutOfBoundsException when {@code i} is not in [0, count), or the rotation no token
   * @throws CorpusException when a file of the corpus does not hold what it should
   */
  public Block block(long i, long rotation) throws IOException {
    long tokens = stream.tokens();
    long passed = Objects.checkIndex(i, count()) * length;
    int size = (int) Math.min(length, tokens - passed);
    long untilEnd = tokens - Objects.checkIndex(rotation, tokens);
    if (passed >= untilEnd) {
      return range(passed - untilEnd, size);
    }
    long from = rotation + passed;
    int before = (int) Math.min(size, tokens - from);
    Block block = range(from, before);
    return before == size ? block : block.then(range(0, size - before));
  }

  /** Reads tokens and the one behind them, and for documents the lengths around them. */
  private Block range(long from, int size) throws IOException {
    long left = stream.tokens() - from;
    int[] following = stream.tokens(from, (int) Math.min(size + 1L, left));
    int[] ids = Arrays.copyOf(following, size);
    int[] targets = new int[size];
    System.arraycopy(following, 1, targets, 0, following.length - 1);
    if (following.length == size) {
      targets[size - 1] = Block.NO_TARGET;
    }
    if (packing == Packing.STREAM) {
      return new Block(ids, targets, new int[] {0, size});
    }
    Pieces pieces = stream.pieces(from, size);
    int[] starts = pieces.starts();
    int ending = pieces.goesOn() ? starts.length - 1 : starts.length;
    for (int piece = 1; piece < ending; piece++) {
      targets[starts[piece] - 1] = Block.NO_TARGET;
    }
    return new Block(ids, targets, starts);
  }
}
