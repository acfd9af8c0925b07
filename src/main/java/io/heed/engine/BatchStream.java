package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejectable.Accepted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Computes items one after the other, in batches, and gives every one of them an outcome, in order.
 * No item is read before it is needed. At most one batch of items is held, with the rejected ones
 * between them, and fewer where they are large: an item may hold far more than what is computed
 * from it. Not thread-safe.
 *
 * @param <T> what a row is to the caller
 * @param <I> what it is computed from
 * @param <R> what it yields
 */
public final class BatchStream<T, I, R> implements OutcomeStream<T, R> {
  static final int MOST_WAITING = 4096;

  /** Enough for a thousand rows of a thousand characters as text, as read and as kept. */
  static final long MOST_WAITING_BYTES = 6 << 20;

  /** An item in line, with the input that the batch holds or the reason that keeps it out. */
  private record Waiting<T, I>(T item, Rejectable<I> input) {}

  private final Iterator<T> items;
  private final Function<? super T, Rejectable<I>> reader;
  private final ToLongFunction<? super T> bytes;
  private final BatchComputation<I, R> computation;
  private final BatchLimits<I>.Batch batch;
  private final List<Waiting<T, I>> waiting = new ArrayList<>();
  private final Queue<Outcome<T, R>> ready = new ArrayDeque<>();
  private final ComputeTime computeTime = new ComputeTime();
  private long waitingBytes;

  /**
   * A stream over {@code items}.
   *
   * @param reader what an item is computed from
   * @param bytes about how much memory an item holds
   */
  public BatchStream(
      Iterator<T> items,
      Function<? super T, Rejectable<I>> reader,
      ToLongFunction<? super T> bytes,
      BatchComputation<I, R> computation) {
    this.items = items;
    this.reader = reader;
    this.bytes = bytes;
    this.computation = computation;
    this.batch = computation.limits().newBatch();
  }

  @Override
  public ComputeTime computeTime() {
    return computeTime;
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
  public Outcome<T, R> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void accept(T item) {
    Rejectable<I> input =
        reader.apply(item).then(read -> Rejectable.of(read, computation.check(read)));
    if (input instanceof Accepted<I> accepted && !batch.offer(accepted.value())) {
      flush();
      batch.offer(accepted.value());
    }
    waiting.add(new Waiting<>(item, input));
    waitingBytes += bytes.applyAsLong(item);
    boolean nothingToWaitFor = batch.isEmpty();
    if (nothingToWaitFor || waiting.size() >= MOST_WAITING || waitingBytes >= MOST_WAITING_BYTES) {
      flush();
    }
  }

  private void flush() {
    Iterator<Rejectable<R>> results = results().iterator();
    for (Waiting<T, I> row : waiting) {
      ready.add(new Outcome<>(row.item(), row.input().then(computed -> results.next())));
    }
    waiting.clear();
    waitingBytes = 0;
  }

  private List<Rejectable<R>> results() {
    if (batch.isEmpty()) {
      return List.of();
    }
    List<I> inputs = batch.take();
    List<Rejectable<R>> results = computeTime.measure(() -> computation.compute(inputs));
    if (results.size() != inputs.size()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "a batch of %d rows has %d results", inputs.size(), results.size()));
    }
    return results;
  }
}
