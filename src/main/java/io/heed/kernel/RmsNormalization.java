package io.heed.kernel;

/**
 * The parameters of a root mean square norm (Zhang and Sennrich, 2019).
 *
 * @param gain {@code [D]}, multiplied with each normalised row
 * @param epsilon added to the mean of the squares
 */
public record RmsNormalization(float[] gain, double epsilon) {}
