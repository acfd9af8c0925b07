package io.heed.spark;

import io.heed.engine.AllowedTokens;
import io.heed.engine.GenerationEngine;
import io.heed.engine.Sampling;
import io.heed.engine.StopRule;
import io.heed.kernel.KernelProvider;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarFeature;
import io.heed.spark.ExecutorModels.LoadedModel;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that a task needs to know to continue rows; small, and the same for all tasks.
 *
 * @param sampling how tokens are chosen
 * @param endOfText tokens by which the model ends a text
 * @param stopTokens other tokens that end a row
 * @param stopTexts texts that end a row
 * @param withText whether the model has a tokenizer, which makes texts of tokens
 * @param maxNewTokens the most tokens that are generated for a row
 * @param cachePlaces tokens that the cache of a task has room for
 * @param batchTokens tokens that pass through the model together
 */
public record GenerationPlan(
    ModelReference model,
    TokenSource tokens,
    Choice sampling,
    Set<Integer> endOfText,
    Set<Integer> stopTokens,
    List<String> stopTexts,
    boolean withText,
    int maxNewTokens,
    int cachePlaces,
    int batchTokens)
    implements Serializable {

  /** {@link Sampling} as it travels. */
  record Choice(double temperature, int topK, double topP, long seed) implements Serializable {
    Sampling sampling() {
      return new Sampling(temperature, topK, topP, seed);
    }
  }

  /** Where rows are bars, each token is one of its feature, so that the row goes on as bars. */
  private AllowedTokens allowed(LoadedModel loaded) {
    BarDiscretizer discretizer = tokens.discretizer();
    if (discretizer == null) {
      return AllowedTokens.all(loaded.model().spec().vocabulary());
    }
    return generated -> {
      BarFeature feature = BarFeature.at(generated);
      int first = discretizer.firstId(feature);
      return new AllowedTokens.Range(first, first + discretizer.bins(feature).size());
    };
  }

  /** What continues rows by this JVM's copy of the model, inside a task. */
  GenerationEngine engine(LoadedModel loaded) {
    KernelProvider.requireDenormals();
    StopRule stop =
        new StopRule(
            endOfText,
            stopTokens,
            stopTexts,
            withText ? Optional.of(loaded.tokenizer()) : Optional.empty());
    return new GenerationEngine(
        loaded.predictor(),
        loaded.kernels(),
        sampling.sampling(),
        stop,
        allowed(loaded),
        maxNewTokens,
        cachePlaces,
        batchTokens);
  }
}
