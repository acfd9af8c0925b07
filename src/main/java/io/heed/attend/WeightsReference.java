package io.heed.attend;

import io.heed.checkpoint.CheckpointException;
import io.heed.spark.executor.ModelLocation;
import java.io.Serializable;
import java.util.Locale;

/**
 * What travels with the tasks instead of weights.
 *
 * @param file where they are
 * @param hash content hash of the file that the driver saw
 */
record WeightsReference(ModelLocation file, String hash) implements Serializable {

  /**
   * Checks that a file that was read here is the driver's.
   *
   * @throws CheckpointException when it is not
   */
  void requireSame(String read) {
    if (!read.equals(hash)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s differs from the driver's: its content hash is %s, the driver's %s",
              file.text(),
              read,
              hash));
    }
  }
}
