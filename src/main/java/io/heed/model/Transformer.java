package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.kernel.AttentionWeights;
import io.heed.tensor.Matrix;
import java.util.Set;

/** A packed batch of token ids to its hidden states. Immutable, and for all threads of a JVM. */
public sealed interface Transformer permits TransformerEncoder, TransformerDecoder {

  /** Takes the attention weights of some sequences of a batch. */
  interface WeightsListener {
    /** Takes nothing. */
    WeightsListener NONE = (layer, firstSequence, weights) -> {};

    /**
     * The weights of one layer, which nothing changes afterwards.
     *
     * @param layer counted from 0
     * @param firstSequence the sequence of the batch that is sequence 0 of the weights
     * @param weights of all heads
     */
    void accept(int layer, int firstSequence, AttentionWeights weights);
  }

  /** Sizes of the model. */
  Dimensions dimensions();

  /**
   * The hidden states of the last layer.
   *
   * @param batch ids below the vocabulary, sequences of 1 to {@code positions} tokens
   * @return {@code [T, D]}, valid until the workspace is used again
   */
  default Matrix hiddenStates(PackedBatch batch, Workspace workspace) {
    return hiddenStates(batch, Set.of(), WeightsListener.NONE, workspace);
  }

  /**
   * The same, and the attention weights of some layers.
   *
   * @param layersToTell layers whose weights the listener gets, counted from 0
   */
  Matrix hiddenStates(
      PackedBatch batch, Set<Integer> layersToTell, WeightsListener listener, Workspace workspace);
}
