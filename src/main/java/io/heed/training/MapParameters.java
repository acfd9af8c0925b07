package io.heed.training;

/**
 * The tensors of a linear map.
 *
 * @param weight {@code [inputs, outputs]}
 * @param bias {@code [outputs]}
 */
record MapParameters(Parameter weight, Parameter bias) {}
