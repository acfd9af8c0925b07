package io.heed.architecture;

import io.heed.checkpoint.ConfigFile;
import io.heed.model.ModelSpec.Direction;
import java.util.List;

/**
 * One family of checkpoints. A new one is a class of its own and a line in {@link Architectures}.
 */
interface Architecture {
  /** The values of {@code model_type} that are of this family. */
  List<String> modelTypes();

  /** What a token sees in all models of the family. */
  Direction direction();

  /**
   * Reads what a model is.
   *
   * @param config of one of the {@link #modelTypes}
   * @throws io.heed.checkpoint.CheckpointException for what cannot be computed, naming rule, value
   *     and key
   */
  Blueprint read(ConfigFile config);
}
