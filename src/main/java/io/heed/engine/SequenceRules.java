package io.heed.engine;

import io.heed.layer.Poolings;
import io.heed.model.ModelSpec;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Locale;
import java.util.Optional;

/** Which sequences a model can embed, wherever it is computed. */
public record SequenceRules(ModelSpec spec, Poolings pooling) {
  /** Values of a row's tokens in memory: 64 MB. */
  private static final long MOST_VALUES = 1 << 24;

  /**
   * Whether a sequence can be embedded.
   *
   * @return the rule it breaks, or empty
   */
  public Optional<Rejection> check(int[] inputIds) {
    if (inputIds.length > spec.positions()) {
      String message =
          String.format(
              Locale.ROOT,
              "%d tokens exceed the %d positions of the model",
              inputIds.length,
              spec.positions());
      return Optional.of(new Rejection(Reason.TOO_LONG, message));
    }
    int promptTokens = pooling.promptTokens();
    if (promptTokens > 0 && inputIds.length <= promptTokens) {
      String message =
          String.format(
              Locale.ROOT,
              "the row has %d tokens, none behind the %d of the prompt, which are not pooled",
              inputIds.length,
              promptTokens);
      return Optional.of(new Rejection(Reason.EMPTY_TOKENS, message));
    }
    long values = (long) inputIds.length * spec.width();
    if (!spec.hasBlocks() && values > MOST_VALUES && !pooling.isMean()) {
      String message =
          String.format(
              Locale.ROOT,
              "%d tokens x %d values exceed the %d that are pooled but by their mean",
              inputIds.length,
              spec.width(),
              MOST_VALUES);
      return Optional.of(new Rejection(Reason.TOO_LONG, message));
    }
    // Without blocks nothing is read of a sequence but its tokens, be there none.
    return inputIds.length == 0 && !spec.hasBlocks()
        ? Optional.empty()
        : RowTokens.check(inputIds, spec.vocabulary());
  }
}
