package io.heed.engine;

import io.heed.engine.AttentionEngine.Result;
import io.heed.model.Workspace;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;

/**
 * Attends with items one after the other, in batches, and gives every one of them an outcome, in
 * order. Not thread-safe.
 *
 * @param <T> what a row is to the caller
 */
public final class AttentionStream<T> implements Iterator<AttentionStream.Outcome<T>> {
  /** Floats that a batch may hold: 4 MB of queries and context, and as much of weights. */
  private static final long MOST_FLOATS = 1 << 20;

  private static final int MOST_WAITING = 4096;

  /** A row that attends, or the reason why it does not. */
  public sealed interface Input {
    /** A row that attends. */
    record Row(AttentionRow row) implements Input {}

    /** A row that does not. */
    record Rejected(Rejection rejection) implements Input {}
  }

  /**
   * What became of an item.
   *
   * @param result its context and weights, or empty
   * @param rejection why there is none, or empty
   * @param vectors vectors of its queries, 0 for a rejected item
   */
  public record Outcome<T>(
      T item, Optional<Result> result, Optional<Rejection> rejection, int vectors) {}

  private record Waiting<T>(T item, Input input) {}

  private final Iterator<T> items;
  private final Function<? super T, Input> reader;
  private final AttentionEngine engine;
  private final int batchVectors;
  private final Workspace workspace = new Workspace();
  private final List<Waiting<T>> waiting = new ArrayList<>();
  private final List<AttentionRow> batch = new ArrayList<>();
  private final Queue<Outcome<T>> ready = new ArrayDeque<>();
  private int vectors;
  private long floats;
  private long computeNanos;

  /**
   * A stream over {@code items}.
   *
   * @param reader what an item attends with
   * @param batchVectors vectors of queries and context that are computed together; a longer row is
   *     computed alone
   */
  public AttentionStream(
      Iterator<T> items,
      Function<? super T, Input> reader,
      AttentionEngine engine,
      int batchVectors) {
    this.items = items;
    this.reader = reader;
    this.engine = engine;
    this.batchVectors = batchVectors;
  }

  /** Time spent in attention so far, in nanoseconds. */
  public long computeNanos() {
    return computeNanos;
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
    Input input = checked(reader.apply(item));
    if (input instanceof Input.Row given) {
      add(given.row());
    }
    waiting.add(new Waiting<>(item, input));
    if (batch.isEmpty() || waiting.size() >= MOST_WAITING) {
      flush();
    }
  }

  private void add(AttentionRow row) {
    long rowFloats =
        (long) row.queries().length * row.queryWidth()
            + (long) row.context().length * row.contextWidth()
            + engine.weightCount(row);
    boolean fits =
        batch.isEmpty()
            || row.queryWidth() == batch.get(0).queryWidth()
                && row.contextWidth() == batch.get(0).contextWidth()
                && row.vectors() <= batchVectors - vectors
                && rowFloats <= MOST_FLOATS - floats;
    if (!fits) {
      flush();
    }
    batch.add(row);
    vectors += row.vectors();
    floats += rowFloats;
  }

  private Input checked(Input input) {
    if (input instanceof Input.Row given) {
      Optional<Rejection> rejection = engine.check(given.row());
      if (rejection.isPresent()) {
        return new Input.Rejected(rejection.get());
      }
    }
    return input;
  }

  private void flush() {
    long start = System.nanoTime();
    List<Optional<Result>> results = batch.isEmpty() ? List.of() : engine.attend(batch, workspace);
    computeNanos += System.nanoTime() - start;
    int next = 0;
    for (Waiting<T> row : waiting) {
      if (row.input() instanceof Input.Row given) {
        ready.add(outcome(row.item(), given.row(), results.get(next)));
        next++;
      } else {
        ready.add(rejected(row.item(), ((Input.Rejected) row.input()).rejection()));
      }
    }
    waiting.clear();
    batch.clear();
    vectors = 0;
    floats = 0;
  }

  private static <T> Outcome<T> outcome(T item, AttentionRow row, Optional<Result> result) {
    return result.isPresent()
        ? new Outcome<>(item, result, Optional.empty(), row.queries().length)
        : rejected(
            item, new Rejection(Reason.NON_FINITE, "the context has a value that is not finite"));
  }

  private static <T> Outcome<T> rejected(T item, Rejection rejection) {
    return new Outcome<>(item, Optional.empty(), Optional.of(rejection), 0);
  }
}
