package io.heed.spark.executor;

import io.heed.architecture.ModelCheckpoint;
import io.heed.kernel.KernelChoice;
import io.heed.model.ModelHead;
import java.io.Serializable;
import java.util.Optional;

/**
 * What travels with the tasks instead of a model.
 *
 * @param location where each executor finds the checkpoint
 * @param task for which the checkpoint is opened, where it has weights or modules for it, else null
 * @param head what is asked for behind the hidden states
 * @param hash content hash of the files that the driver saw
 * @param kernel which kernels compute
 */
public record ModelReference(
    ModelLocation location, String task, ModelHead head, String hash, KernelChoice kernel)
    implements Serializable {

  /**
   * Opens the checkpoint on this machine.
   *
   * @throws io.heed.checkpoint.CheckpointException when it cannot be used
   */
  public ModelCheckpoint open() {
    return ModelCheckpoint.open(location.directory(), Optional.ofNullable(task));
  }
}
