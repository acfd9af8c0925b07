package io.heed.regression;

import java.io.Serializable;

/**
 * A width that was tried, and what it gave.
 *
 * @param width w
 * @param loss sum of squared errors, each training input being predicted from all others
 */
public record Step(double width, double loss) implements Serializable {}
