package io.heed.spark;

import io.heed.engine.ScoringBatches;
import io.heed.engine.ScoringEngine;
import io.heed.kernel.KernelProvider;
import io.heed.spark.ExecutorModels.LoadedModel;
import java.io.Serializable;

/**
 * Everything that a task needs to know to score rows; small, and the same for all tasks.
 *
 * @param stride tokens from one window to the next in a long row
 * @param nextTokens how many tokens that may follow the last one are told
 * @param tokenLogProbabilities whether the value of each token is told
 * @param batchTokens token budget of a batch
 */
public record ScoringPlan(
    ModelReference model,
    TokenSource tokens,
    int stride,
    int nextTokens,
    boolean tokenLogProbabilities,
    int batchTokens)
    implements Serializable {

  /** What scores rows by this JVM's copy of the model, inside a task. */
  ScoringBatches batches(LoadedModel loaded) {
    KernelProvider.requireDenormals();
    return new ScoringBatches(
        new ScoringEngine(loaded.predictor(), loaded.kernels(), stride, batchTokens, nextTokens));
  }
}
