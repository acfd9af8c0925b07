package io.heed.spark.executor;

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
    implements Serializable {}
