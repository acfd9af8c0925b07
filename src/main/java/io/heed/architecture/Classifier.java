package io.heed.architecture;

import io.heed.layer.Pooling;
import io.heed.layer.VectorHead;
import io.heed.layer.Weights;

/** What tells classes of sequences by the hidden states of a family: from vectors to logits. */
interface Classifier {
  /** Which vector of a sequence its classes are told by. */
  Pooling pooling();

  /**
   * Builds the maps.
   *
   * @param root all names of the checkpoint
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   */
  VectorHead build(Weights root, int classes);
}
