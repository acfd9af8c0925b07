package io.heed.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Figures() {}

  /** All digits, in groups: {@code 1,234,567}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /**
   * Whole, in groups of digits; below 10 two digits, so that what is slow is not told as nothing.
   */
  static String speed(double perSecond) {
    return perSecond < 9.95
        ? String.format(Locale.ROOT, "%.2g", perSecond)
        : count(Math.round(perSecond));
  }

  /** Three digits and a decimal prefix: {@code 1.23 M}; whole below 1,000. */
  static String rounded(double value) {
    return rounded(value, "");
  }

  /** Such as {@code 2.10 GB}. */
  static String bytes(long bytes) {
    return rounded(bytes, "B");
  }

  private static String rounded(double value, String unit) {
    int prefix = 0;
    double scaled = value;
    while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    int decimals = prefix == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
    String number = String.format(Locale.ROOT, "%." + decimals + "f", scaled);
    return (number + " " + PREFIXES[prefix] + unit).stripTrailing();
  }

  /** {@code 45 ms}, {@code 12.3 s}, {@code 4:05} (minutes) or {@code 1:02:03} (hours). */
  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (duration.toMillis() >= 1 && duration.toMillis() < 100) {
      return duration.toMillis() + " ms";
    }
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", Math.floor(duration.toMillis() / 100.0) / 10);
    }
    return clock(duration) + (seconds < 3600 ? " min" : " h");
  }

  /** {@code 0:07}, {@code 4:05} or {@code 1:02:03}. */
  static String clock(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
