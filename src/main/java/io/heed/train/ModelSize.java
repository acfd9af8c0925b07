package io.heed.train;

import io.heed.settings.SettingException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a new model is.
 *
 * @param width values in a hidden state, a multiple of the heads
 */
record ModelSize(int layers, int width, int heads) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,4})x(\\d{1,6})x(\\d{1,4})");

  /** Room for the gaps between tensors below the length of an array. */
  private static final long LARGEST = 2_000_000_000;

  /**
   * Reads such as {@code 6x384x6}.
   *
   * @throws SettingException when it is another
   */
  static ModelSize parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (parts.matches()) {
      int layers = Integer.parseInt(parts.group(1));
      int width = Integer.parseInt(parts.group(2));
      int heads = Integer.parseInt(parts.group(3));
      if (layers >= 1 && heads >= 1 && width >= 1 && width % heads == 0) {
        return new ModelSize(layers, width, heads);
      }
    }
    throw new SettingException(
        String.format(
            Locale.ROOT,
            "%s: '%s' is not LAYERSxWIDTHxHEADS, such as 6x384x6, with a width that is a multiple of"
                + " the heads",
            TrainSettings.SIZE.option(),
            text));
  }

  /**
   * Checks that one array holds the parameters.
   *
   * @throws SettingException when it does not
   */
  void requireTrainable(int vocabulary, int positions) {
    long square = (long) width * width;
    long blocks = layers * (12 * square + 13L * width);
    long all = blocks + ((long) vocabulary + positions + 2) * width;
    if (all > LARGEST) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %s has %,d parameters with %,d token ids and %,d positions; at most %,d can be"
                  + " trained",
              TrainSettings.SIZE.option(),
              this,
              all,
              vocabulary,
              positions,
              LARGEST));
    }
  }

  @Override
  public String toString() {
    return layers + "x" + width + "x" + heads;
  }
}
