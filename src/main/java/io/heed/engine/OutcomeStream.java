package io.heed.engine;

import io.heed.row.Rejectable;
import java.util.Iterator;

/**
 * Items computed one after the other; every one of them has an outcome, in order.
 *
 * @param <T> what a row is to the caller
 * @param <R> what it yields
 */
public interface OutcomeStream<T, R> extends Iterator<OutcomeStream.Outcome<T, R>> {
  /** What became of an item. */
  record Outcome<T, R>(T item, Rejectable<R> result) {}

  /** Time spent in the computation so far; it goes on counting. */
  ComputeTime computeTime();
}
