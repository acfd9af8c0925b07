package io.heed.regression;

import java.util.List;

/**
 * What learning ends with.
 *
 * @param width w
 * @param loss its loss
 * @param steps what was tried: by descent one step per epoch, by search in the order of widths
 * @param warnings what a person should know before using it
 */
record LearnedWidth(double width, double loss, List<Step> steps, List<String> warnings) {}
