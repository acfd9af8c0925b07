package io.heed.train;

import java.util.Locale;

/**
 * How far a run is, in a line.
 *
 * @param loss mean of the last steps
 * @param heldOut the last held-out loss, NaN before there is one
 * @param tokensPerSecond of all tasks
 * @param secondsLeft by the pace so far
 */
record ProgressText(
    long step,
    long steps,
    double loss,
    double heldOut,
    double rate,
    double tokensPerSecond,
    double secondsLeft) {

  @Override
  public String toString() {
    String evaluated =
        Double.isNaN(heldOut) ? "" : String.format(Locale.ROOT, " held-out %.3f", heldOut);
    return String.format(
        Locale.ROOT,
        "step %,d/%,d loss %.3f%s rate %.1e %,.0f tokens/s %s left",
        step,
        steps,
        loss,
        evaluated,
        rate,
        tokensPerSecond,
        time(secondsLeft));
  }

  private static String time(double seconds) {
    long minutes = (long) (seconds / 60);
    if (minutes < 1) {
      return String.format(Locale.ROOT, "%d s", (long) seconds);
    }
    return minutes < 60
        ? String.format(Locale.ROOT, "%d min", minutes)
        : String.format(Locale.ROOT, "%d h %d min", minutes / 60, minutes % 60);
  }
}
