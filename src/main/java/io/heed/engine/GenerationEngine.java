package io.heed.engine;

import io.heed.kernel.Reductions;
import io.heed.layer.KeyValueCache;
import io.heed.model.ModelSpec;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Locale;
import java.util.Optional;

/**
 * How sequences are continued. One engine serves all threads, each with a {@link GenerationStream}.
 *
 * @param kernels what reduces rows of logits
 * @param allowed which tokens may be generated
 * @param maxNewTokens the most tokens that are generated for a row, at least 1
 * @param cachePlaces tokens that the key/value cache of a stream has room for
 * @param batchTokens tokens that pass through the model together, at least 1
 */
public record GenerationEngine(
    Predictor predictor,
    Reductions kernels,
    Sampling sampling,
    StopRule stop,
    AllowedTokens allowed,
    int maxNewTokens,
    int cachePlaces,
    int batchTokens) {

  /** An engine that may generate any token. */
  public GenerationEngine(
      Predictor predictor,
      Reductions kernels,
      Sampling sampling,
      StopRule stop,
      int maxNewTokens,
      int cachePlaces,
      int batchTokens) {
    this(
        predictor,
        kernels,
        sampling,
        stop,
        AllowedTokens.all(predictor.spec().vocabulary()),
        maxNewTokens,
        cachePlaces,
        batchTokens);
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public GenerationEngine {
    require(maxNewTokens >= 1, "a continuation of %d tokens is not possible", maxNewTokens);
    require(cachePlaces >= 0, "a key/value cache of %d places is not possible", cachePlaces);
    require(batchTokens >= 1, "a batch of %d tokens is not possible", batchTokens);
  }

  private static void require(boolean holds, String rule, int value) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, value));
    }
  }

  /** Why a prompt cannot be continued, or empty. */
  Optional<Rejection> check(Prompt prompt) {
    ModelSpec spec = predictor.spec();
    Optional<Rejection> unreadable = RowTokens.check(prompt.ids(), spec.vocabulary());
    if (unreadable.isPresent()) {
      return unreadable;
    }
    int tokens = prompt.ids().length;
    if (tokens >= spec.positions()) {
      String message =
          String.format(
              Locale.ROOT,
              "a prompt of %d tokens leaves no room for another among the %d positions of the model",
              tokens,
              spec.positions());
      return Optional.of(new Rejection(Reason.TOO_LONG, message));
    }
    int cached = cached(tokens);
    if (cached > cachePlaces) {
      String message =
          String.format(
              Locale.ROOT,
              "a prompt of %d tokens and its continuation take %d places of the key/value cache, which"
                  + " has %d",
              tokens,
              cached,
              cachePlaces);
      return Optional.of(new Rejection(Reason.TOO_LONG, message));
    }
    return Optional.empty();
  }

  /** Tokens of a row that are in the cache at the end: all but the last one that is generated. */
  int cached(int promptTokens) {
    return (int) Math.min(predictor.spec().positions(), (long) promptTokens + maxNewTokens) - 1;
  }

  /**
   * The cache of a stream, no larger than its rows can fill.
   *
   * @param sequences the most rows that are continued at once
   * @throws CacheMemoryException when this JVM has no memory for it
   */
  KeyValueCache newCache(Predictor.Session session, int sequences) {
    ModelSpec spec = predictor.spec();
    long most = sequences * (long) KeyValueCache.rounded(spec.positions());
    int places = (int) Math.min(cachePlaces, most);
    try {
      return session.newCache(places);
    } catch (OutOfMemoryError e) {
      // Nothing but the arrays was asked for, so the JVM is as sound as before.
      throw new CacheMemoryException(places * KeyValueCache.bytesPerToken(spec.cacheShape()));
    }
  }
}
