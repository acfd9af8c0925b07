/**
 * Price bars enter, open, high, low, close and volume in time; token ids leave, five for each bar
 * after the first, and the way back. Counts of many rows' returns enter as well, and the bins that
 * the ids stand for leave. {@code discretizer.json} of a checkpoint holds these bins.
 */
package io.heed.series;
