package io.heed.training;

import io.heed.kernel.Kernels;
import io.heed.kernel.Scratch;
import io.heed.kernel.TrainingKernels;

/**
 * What one thread computes with.
 *
 * @param scratch its own
 */
record TaskKernels(Kernels kernels, TrainingKernels training, Scratch scratch) {}
