package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.ConfigFile;
import io.heed.layer.Weights;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import io.heed.model.Transformer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A model of which the configuration is known: what it is, and how it is built. */
interface Blueprint {
  /** What the model is. */
  ModelSpec spec();

  /** The tasks that the checkpoint has weights of their own for: those of most are none. */
  default List<String> tasks() {
    return List.of();
  }

  /**
   * The same model with the weights of a task, in place of those that are for all.
   *
   * @throws CheckpointException when it is none of {@link #tasks}
   */
  default Blueprint forTask(String task) {
    if (!tasks().contains(task)) {
      String known =
          tasks().isEmpty() ? "the model has none" : "supported: " + String.join(", ", tasks());
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "task %s is not supported; %s (%s)", task, known, ConfigFile.NAME));
    }
    return this;
  }

  /**
   * Builds the model: names, shapes and structure, said once.
   *
   * @param root all names of the checkpoint
   * @throws CheckpointException when a tensor is missing or has another shape
   */
  Transformer build(Weights root);

  /** What tells classes by its hidden states, where the family has that. */
  default Optional<Classifier> classifier() {
    return Optional.empty();
  }

  /** The names of its tensors, where it can be trained. */
  default Optional<DecoderNames> trainable() {
    return Optional.empty();
  }
}
