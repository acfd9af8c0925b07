package io.heed.spark;

import java.io.Serializable;

/**
 * What travels with the tasks instead of a model.
 *
 * @param location where each executor finds the checkpoint
 * @param hash content hash of the files that the driver saw
 * @param kernel which kernels compute
 */
public record ModelReference(ModelLocation location, String hash, HeedConf.KernelChoice kernel)
    implements Serializable {

  /** Name of the kernels that compute in this JVM and why, separated by a colon. */
  String kernels() {
    return ExecutorModels.kernels(kernel).told();
  }
}
