package io.heed.spark;

import io.heed.kernel.KernelProvider;
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
    KernelProvider.Choice choice = ExecutorModels.kernels(kernel);
    return choice.kernels().name() + ": " + choice.reason();
  }
}
