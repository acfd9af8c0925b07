package io.heed.engine;

import io.heed.kernel.CounterRandom;
import io.heed.kernel.Reductions;
import io.heed.kernel.Scratch;
import io.heed.tensor.Matrix;
import java.util.OptionalInt;

/** Chooses tokens by logits. Not thread-safe. */
final class TokenSampler {
  private static final int FIRST_CANDIDATES = 64;
  private static final int GROWTH = 8;

  private final Sampling sampling;
  private final Reductions kernels;
  private final Scratch scratch;
  private float[] probabilities = {};

  TokenSampler(Sampling sampling, Reductions kernels, Scratch scratch) {
    this.sampling = sampling;
    this.kernels = kernels;
    this.scratch = scratch;
  }

  /**
   * A token by one row of logits.
   *
   * @param key of the sequence, and {@code step} of its next token: they and the seed are all that
   *     a draw depends on
   * @return empty when a logit is not finite, or too large for softmax to have probabilities
   */
  OptionalInt choose(Matrix logits, int row, long key, int step) {
    if (!kernels.allFinite(logits.rows(row, row + 1))) {
      return OptionalInt.empty();
    }
    if (sampling.temperature() == 0) {
      return OptionalInt.of(mostLikely(logits, row));
    }
    softmax(logits, row);
    int n = logits.columns();
    double all = sum(n);
    if (Double.isNaN(all)) {
      return OptionalInt.empty();
    }
    double uniform = CounterRandom.uniform(sampling.seed(), key, step);
    if (sampling.topK() > 0 && sampling.topK() < n) {
      int[] candidates = TopTokens.of(probabilities, 0, n, sampling.topK());
      double needed = sampling.topP() * sum(candidates, candidates.length);
      return OptionalInt.of(draw(candidates, reaching(candidates, needed), uniform));
    }
    return OptionalInt.of(
        sampling.topP() == 1 ? drawOfAll(n, all, uniform) : drawOfTop(n, all, uniform));
  }

  private static int mostLikely(Matrix logits, int row) {
    float[] x = logits.data();
    int from = logits.index(row);
    int best = 0;
    for (int id = 1; id < logits.columns(); id++) {
      if (x[from + id] > x[from + best]) {
        best = id;
      }
    }
    return best;
  }

  private void softmax(Matrix logits, int row) {
    int n = logits.columns();
    if (probabilities.length < n) {
      probabilities = new float[n];
    }
    System.arraycopy(logits.data(), logits.index(row), probabilities, 0, n);
    kernels.softmax(
        new Matrix(probabilities, 0, 1, n, n), (float) (1 / sampling.temperature()), scratch);
  }

  private int drawOfAll(int n, double all, double uniform) {
    double left = uniform * all;
    int last = 0;
    for (int id = 0; id < n && left >= 0; id++) {
      if (probabilities[id] > 0) {
        last = id;
        left -= probabilities[id];
      }
    }
    return last;
  }

  /** A draw among the most likely, of which few mostly reach the sum that is asked for. */
  private int drawOfTop(int n, double all, double uniform) {
    double needed = sampling.topP() * all;
    int count = Math.min(n, FIRST_CANDIDATES);
    int[] candidates = TopTokens.of(probabilities, 0, n, count);
    int kept = reaching(candidates, needed);
    while (kept == count && count < n) {
      count = (int) Math.min(n, (long) count * GROWTH);
      candidates = TopTokens.of(probabilities, 0, n, count);
      kept = reaching(candidates, needed);
    }
    return draw(candidates, kept, uniform);
  }

  /** One of the first {@code kept} candidates. */
  private int draw(int[] candidates, int kept, double uniform) {
    double left = uniform * sum(candidates, kept);
    int chosen = 0;
    for (; chosen < kept - 1; chosen++) {
      left -= probabilities[candidates[chosen]];
      if (left < 0) {
        break;
      }
    }
    return candidates[chosen];
  }

  private double sum(int n) {
    double sum = 0;
    for (int id = 0; id < n; id++) {
      sum += probabilities[id];
    }
    return sum;
  }

  private double sum(int[] candidates, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += probabilities[candidates[i]];
    }
    return sum;
  }

  /** How many candidates reach a sum, or all of them. */
  private int reaching(int[] candidates, double needed) {
    double sum = 0;
    for (int i = 0; i < candidates.length; i++) {
      sum += probabilities[candidates[i]];
      if (sum >= needed) {
        return i + 1;
      }
    }
    return candidates.length;
  }
}
