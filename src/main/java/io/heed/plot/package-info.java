/**
 * Matrices and series enter, pictures leave, as PNG. Nothing here needs a display; text needs the
 * fonts of the machine.
 *
 * <p>Types that know each other: an {@code AttentionHeatMap} is what callers fill in and ask for
 * its PNG, and {@code HeatMapPainter}, which reads it, is all the geometry that they need not see.
 */
package io.heed.plot;
