package io.heed.architecture;

import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;

/** A model of which the configuration is known: what it is, and how it is built. */
interface Blueprint {
  /** What the model is. */
  ModelSpec spec();

  /**
   * Builds the model: names, shapes and structure, said once.
   *
   * @param root all names of the checkpoint
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   */
  Transformer build(Weights root);
}
