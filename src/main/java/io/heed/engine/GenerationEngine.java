package io.heed.engine;

import io.heed.kernel.Kernels;
import io.heed.model.Dimensions;
import io.heed.model.KeyValueCache;
import io.heed.model.TransformerDecoder;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Optional;

/**
 * How sequences are continued. One engine serves all threads, each with a {@link GenerationStream}.
 *
 * @param maxNewTokens the most tokens that are generated for a row
 * @param cachePlaces tokens that the key/value cache of a stream has room for
 * @param batchTokens tokens that pass through the model together
 */
public record GenerationEngine(
    TransformerDecoder decoder,
    Kernels kernels,
    Sampling sampling,
    StopRule stop,
    int maxNewTokens,
    int cachePlaces,
    int batchTokens) {

  /** Why a prompt cannot be continued, or empty. */
  Optional<Rejection> check(Prompt prompt) {
    Dimensions dimensions = decoder.dimensions();
    int tokens = prompt.ids().length;
    if (tokens >= dimensions.positions()) {
      String message =
          "a prompt of %d tokens leaves no room for another among the %d positions of the model"
              .formatted(tokens, dimensions.positions());
      return Optional.of(new Rejection(Reason.TOO_LONG, message));
    }
    int cached = cached(tokens);
    if (cached > cachePlaces) {
      String message =
          ("a prompt of %d tokens and its continuation take %d places of the key/value cache, which"
                  + " has %d")
              .formatted(tokens, cached, cachePlaces);
      return Optional.of(new Rejection(Reason.TOO_LONG, message));
    }
    return RowTokens.check(prompt.ids(), dimensions.vocabulary());
  }

  /** Tokens of a row that are in the cache at the end: all but the last one that is generated. */
  int cached(int promptTokens) {
    return (int) Math.min(decoder.dimensions().positions(), (long) promptTokens + maxNewTokens) - 1;
  }

  KeyValueCache newCache() {
    return new KeyValueCache(kernels, decoder.dimensions(), cachePlaces);
  }
}
