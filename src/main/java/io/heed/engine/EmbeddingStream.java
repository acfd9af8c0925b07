package io.heed.engine;

import io.heed.batch.TokenBudgetBatcher;
import io.heed.engine.EmbeddingEngine.Session;
import io.heed.row.Rejection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Embeds items one after the other, in batches of a token budget, and gives every one of them an
 * outcome, in order. At most one batch of items is held, and fewer where they are large: an item
 * may hold far more than its tokens. Where attention weights are asked for, whose number grows with
 * the square of an item's tokens, a batch is also closed before its weights exceed 8 MB, unless it
 * holds one item only; so a stream holds no more weights than that, or those of one item. Not
 * thread-safe.
 *
 * @param <T> what a row is to the caller
 */
public final class EmbeddingStream<T> implements Iterator<EmbeddingStream.Outcome<T>> {
  private static final int MOST_WAITING = 4096;

  /** Enough for a thousand rows of a thousand characters as text, as read and as kept. */
  private static final long MOST_WAITING_BYTES = 6 << 20;

  /** Of a batch of a thousand tokens in rows of a hundred, a layer of 12 heads leaves 5 MB. */
  private static final long MOST_WEIGHT_BYTES = 8 << 20;

  /**
   * What became of an item.
   *
   * @param inputIds tokens computed, none for a rejected item
   * @param truncated whether the item had more tokens than were computed
   * @param vectors one {@code [D]}, or one per token; empty for a rejected item
   * @param attention weights of the engine's attention layers; empty for a rejected item
   * @param rejection why there are no vectors, or empty
   */
  public record Outcome<T>(
      T item,
      int[] inputIds,
      boolean truncated,
      float[][] vectors,
      List<LayerWeights> attention,
      Optional<Rejection> rejection) {

    /** Tokens computed, 0 for a rejected item. */
    public int tokenCount() {
      return inputIds.length;
    }
  }

  /** An item in line, with the tokens that the batch holds or the reason that keeps it out. */
  private record Waiting<T>(T item, RowTokens tokens) {}

  private final Iterator<T> items;
  private final Function<? super T, RowTokens> tokenizer;
  private final ToLongFunction<? super T> bytes;
  private final EmbeddingEngine engine;
  private final Session session;
  private final TokenBudgetBatcher batcher;
  private final List<Waiting<T>> waiting = new ArrayList<>();
  private final Queue<Outcome<T>> ready = new ArrayDeque<>();
  private long waitingBytes;
  private long weightBytes;

  /**
   * A stream over {@code items}.
   *
   * @param tokenizer gives the tokens of an item, at most as many as the model has positions
   * @param bytes about how much memory an item holds
   * @param batchTokens token budget of a batch
   */
  public EmbeddingStream(
      Iterator<T> items,
      Function<? super T, RowTokens> tokenizer,
      ToLongFunction<? super T> bytes,
      EmbeddingEngine engine,
      int batchTokens) {
    this.items = items;
    this.tokenizer = tokenizer;
    this.bytes = bytes;
    this.engine = engine;
    this.session = engine.session();
    this.batcher = new TokenBudgetBatcher(batchTokens);
  }

  /** Time spent in the encoder so far, in nanoseconds. */
  public long computeNanos() {
    return session.computeNanos();
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && items.hasNext()) {
      accept(items.next());
    }
    if (ready.isEmpty()) {
      flush();
    }
    return !ready.isEmpty();
  }

  @Override
  public Outcome<T> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void accept(T item) {
    RowTokens tokens = checked(tokenizer.apply(item));
    if (tokens instanceof RowTokens.Ids row) {
      long added = engine.attentionBytes(row.ids().length);
      if (!batcher.fits(row.ids().length) || weightBytes + added > MOST_WEIGHT_BYTES) {
        flush();
      }
      batcher.add(row.ids());
      weightBytes += added;
    }
    waiting.add(new Waiting<>(item, tokens));
    waitingBytes += bytes.applyAsLong(item);
    boolean nothingToWaitFor = batcher.isEmpty();
    if (nothingToWaitFor || waiting.size() >= MOST_WAITING || waitingBytes >= MOST_WAITING_BYTES) {
      flush();
    }
  }

  private RowTokens checked(RowTokens tokens) {
    if (tokens instanceof RowTokens.Ids row) {
      Optional<Rejection> rejection = engine.check(row.ids());
      if (rejection.isPresent()) {
        return new RowTokens.Rejected(rejection.get());
      }
    }
    return tokens;
  }

  private void flush() {
    Embeddings embeddings = batcher.isEmpty() ? null : session.embed(batcher.take());
    int sequence = 0;
    for (Waiting<T> row : waiting) {
      if (row.tokens() instanceof RowTokens.Ids tokens) {
        ready.add(outcome(row.item(), tokens, embeddings, sequence));
        sequence++;
      } else {
        ready.add(rejected(row.item(), ((RowTokens.Rejected) row.tokens()).rejection()));
      }
    }
    waiting.clear();
    waitingBytes = 0;
    weightBytes = 0;
  }

  private static <T> Outcome<T> outcome(
      T item, RowTokens.Ids tokens, Embeddings embeddings, int sequence) {
    return embeddings
        .rejection(sequence)
        .map(rejection -> rejected(item, rejection))
        .orElseGet(
            () ->
                new Outcome<>(
                    item,
                    tokens.ids(),
                    tokens.truncated(),
                    embeddings.vectors(sequence),
                    embeddings.attention(sequence),
                    Optional.empty()));
  }

  private static <T> Outcome<T> rejected(T item, Rejection rejection) {
    return new Outcome<>(
        item, new int[0], false, new float[0][], List.of(), Optional.of(rejection));
  }
}
