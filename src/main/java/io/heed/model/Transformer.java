package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Reductions;
import io.heed.layer.AttentionListener;
import io.heed.layer.LayerMix;
import io.heed.layer.Poolings;
import io.heed.layer.Workspace;
import io.heed.tensor.Matrix;
import java.util.Optional;
import java.util.Set;

/** A packed batch of token ids to its hidden states. Immutable, and for all threads of a JVM. */
public interface Transformer {

  /** What the model is. */
  ModelSpec spec();

  /**
   * The hidden states of the last layer.
   *
   * @param batch ids below the vocabulary, sequences of 1 to {@code positions} tokens; token types
   *     and positions only where the model has embeddings of them to choose from, for others do not
   *     read them
   * @return {@code [T, D]}, valid until the workspace is used again
   */
  default Matrix hiddenStates(PackedBatch batch, Workspace workspace) {
    return hiddenStates(batch, Set.of(), AttentionListener.NONE, workspace);
  }

  /** This model as one that tells what comes next, where it is one. */
  default Optional<Decoder> decoder() {
    return Optional.empty();
  }

  /**
   * This model with hidden states that are a mean over layers; empty where those behind a layer are
   * not defined, as with a norm behind the last.
   */
  default Optional<Transformer> mixing(LayerMix layers) {
    return Optional.empty();
  }

  /**
   * The vectors of a batch.
   *
   * @param kernels those the model was loaded for
   * @return as {@link Poolings#pool} makes them of the hidden states
   */
  default Matrix pooled(
      PackedBatch batch,
      Poolings poolings,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Reductions kernels,
      Workspace workspace) {
    Matrix hidden = hiddenStates(batch, layersToTell, listener, workspace);
    return poolings.pool(kernels, hidden, batch, workspace);
  }

  /**
   * The hidden states of the last layer, and the attention weights of some layers.
   *
   * @param layersToTell layers whose weights the listener gets, counted from 0
   */
  Matrix hiddenStates(
      PackedBatch batch,
      Set<Integer> layersToTell,
      AttentionListener listener,
      Workspace workspace);
}
