package io.heed.kernel;

/**
 * Gradients and moments of some weights, at the same places of three arrays.
 *
 * @param gradients as they were summed
 * @param first moments, changed by a step
 * @param second moments, changed by a step
 */
public record AdamSlice(float[] gradients, float[] first, float[] second) {}
