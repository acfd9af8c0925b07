package io.heed.architecture;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.model.DecoderNames;
import io.heed.model.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A decoder that has no weights yet: what its {@code config.json} says.
 *
 * @param names of its tensors, where it can be trained
 */
public record DecoderConfig(ModelSpec spec, Optional<DecoderNames> names) {

  /**
   * Reads the configuration in a directory.
   *
   * @throws CheckpointException naming the rule, the values and the file when something is wrong
   */
  public static DecoderConfig read(Path directory) {
    Blueprint blueprint = Architectures.read(CheckpointFiles.open(directory).config());
    return new DecoderConfig(blueprint.spec(), blueprint.trainable());
  }
}
