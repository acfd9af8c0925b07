package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.layer.Workspace;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/** A transformer whose hidden states tell what comes next, and which goes on token by token. */
public interface Decoder extends Transformer {
  /** Rows of logits that are computed together: of 50,000 tokens each they are 13 MB. */
  int MOST_LOGITS = 64;

  /**
   * The hidden states of the next tokens of some sequences, whose keys and values the cache then
   * holds as well.
   *
   * @param batch the next tokens of each sequence, at least one, all below the vocabulary
   * @param runs where the cache holds each sequence, with room for these tokens
   * @return {@code [T, D]}, valid until the workspace is used again
   * @throws IllegalArgumentException when a run has no room for them
   */
  Matrix hiddenStates(PackedBatch batch, KeyValueCache cache, List<Run> runs, Workspace workspace);

  /**
   * What follows some tokens: one logit for each id of the vocabulary.
   *
   * @param hidden {@code [T, D]}, what {@code hiddenStates} gave
   * @param tokens rows of it, at most {@link #MOST_LOGITS}
   * @return {@code [tokens, V]}, valid until the workspace is used again
   */
  Matrix logits(Matrix hidden, int[] tokens, Workspace workspace);

  @Override
  default Optional<Decoder> decoder() {
    return Optional.of(this);
  }
}
