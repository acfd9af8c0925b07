package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link BatchStream} computes. Of one thread, since it may hold working memory.
 *
 * @param <I> what a row is computed from
 * @param <R> what it yields
 */
public interface BatchComputation<I, R> {
  /** Which inputs are computed together. */
  BatchLimits<I> limits();

  /** Why an input cannot be computed, or empty. */
  default Optional<Rejection> check(I input) {
    return Optional.empty();
  }

  /**
   * Computes inputs that passed {@link #check} and are within the {@link #limits}, at least one.
   *
   * @return for each input, in their order, what does not depend on the others
   */
  List<Rejectable<R>> compute(List<I> inputs);
}
