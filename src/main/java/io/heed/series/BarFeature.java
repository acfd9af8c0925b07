package io.heed.series;

import java.util.Locale;

/** What a bar consists of, in the order of its tokens. */
public enum BarFeature {
  OPEN,
  HIGH,
  LOW,
  CLOSE,
  VOLUME;

  /** The features of a bar, and so its tokens. */
  public static final int COUNT = 5;

  private static final BarFeature[] ALL = values();

  /** The feature that the token at a position stands for, in a sequence of whole bars. */
  public static BarFeature at(int position) {
    return ALL[position % COUNT];
  }

  /** The name in files and messages, such as {@code open}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
