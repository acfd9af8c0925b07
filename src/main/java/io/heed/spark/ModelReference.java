package io.heed.spark;

import io.heed.kernel.KernelChoice;
import java.io.Serializable;

/**
 * What travels with the tasks instead of a model.
 *
 * @param location where each executor finds the checkpoint
 * @param hash content hash of the files that the driver saw
 * @param kernel which kernels compute
 */
public record ModelReference(ModelLocation location, String hash, KernelChoice kernel)
    implements Serializable {

  /** The kernels that compute in this JVM. */
  KernelUse kernels() {
    return KernelUse.of(ExecutorModels.kernels(kernel));
  }
}
