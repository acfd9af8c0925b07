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

  /** How many there are. */
  public long count() {
    long tokens = stream.tokens();
    return tokens / length + (tokens % length == 0 ? 0 : 1);
  }

  /**
   * Reads a block: its tokens and the one behind it, and for documents the lengths around it.
   *
   * @throws IndexOutOfBoundsException when {@code i} is not in [0, count)
   * @throws CorpusException when a file of the corpus does not hold what it should
   */
  public Block block(long i) throws IOException {
    long from = Objects.checkIndex(i, count()) * length;
    long left = stream.tokens() - from;
    int size = (int) Math.min(length, left);
    int[] following = stream.tokens(from, (int) Math.min(size + 1, left));
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
