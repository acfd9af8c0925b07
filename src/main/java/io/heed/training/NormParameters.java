package io.heed.training;

/**
 * The tensors of a layer norm, {@code [D]} each.
 *
 * @param gain multiplied with each normalised row
 * @param bias added after
 */
record NormParameters(Parameter gain, Parameter bias) {}
