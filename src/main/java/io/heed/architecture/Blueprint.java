package io.heed.architecture;

import io.heed.layer.Weights;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import java.util.List;

/** A model of which the configuration is known: what it is, and how it is built. */
interface Blueprint {
  /** What the model is. */
  ModelSpec spec();

  /** Tasks for each of which the model has weights of its own. */
  default List<String> tasks() {
    return List.of();
  }

  /**
   * The model with the weights of a task.
   *
   * @param task one of {@link #tasks}
   */
  default Blueprint forTask(String task) {
    return this;
  }

  /**
   * Builds the model: names, shapes and structure, said once.
   *
   * @param root all names of the checkpoint
   * @throws io.heed.checkpoint.CheckpointException when a tensor is missing or has another shape
   */
  Transformer build(Weights root);
}
