package io.heed.plot;

import java.awt.Color;

/**
 * Values to colours: from dark violet over green to yellow, evenly lighter, so that it can be read
 * in grey as well. The colours are every sixteenth of matplotlib's viridis (CC0), with straight
 * lines between.
 *
 * @param low the value of the darkest colour
 * @param high the value of the lightest colour
 */
record ColorScale(double low, double high) {
  private static final int[] COLORS = {
    0x440154, 0x481A6C, 0x472F7D, 0x414487, 0x39568C, 0x31688E, 0x2A788E, 0x23888E, 0x1F988B,
    0x22A884, 0x35B779, 0x54C568, 0x7AD151, 0xA5DB36, 0xD2E21B, 0xFDE725
  };

  /** What has no place on the scale. */
  private static final int NO_NUMBER = 0xBBBBBB;

  /** The colour of a value, of the nearer end for one outside the scale, grey for NaN. */
  int rgb(double value) {
    if (Double.isNaN(value)) {
      return NO_NUMBER;
    }
    double position = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
    double scaled = position * (COLORS.length - 1);
    int index = Math.min((int) scaled, COLORS.length - 2);
    return mix(new Color(COLORS[index]), new Color(COLORS[index + 1]), scaled - index).getRGB();
  }

  private static Color mix(Color from, Color to, double share) {
    return new Color(
        mix(from.getRed(), to.getRed(), share),
        mix(from.getGreen(), to.getGreen(), share),
        mix(from.getBlue(), to.getBlue(), share));
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + (to - from) * share);
  }
}
