package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Locale;

/** Keys and values packed in {@link Panels}, as attention in tiles reads them. */
final class PanelKeyValues implements KeyValues {
  private final int headWidth;
  private final int places;
  private final int panelWidth;

  /** For each head panels of {@code [Dh, places]}. */
  private final float[][] keys;

  /** For each head panels of {@code [places, Dh]}. */
  private final float[][] values;

  PanelKeyValues(int heads, int headWidth, int places, int panelWidth) {
    AttentionShapes.checkRoom(heads, headWidth, places);
    this.headWidth = headWidth;
    this.places = places;
    this.panelWidth = panelWidth;
    this.keys = new float[heads][Panels.size(places, headWidth, panelWidth)];
    this.values = new float[heads][Panels.size(headWidth, places, panelWidth)];
  }

  /**
   * The panels of a cache that kernels get.
   *
   * @throws IllegalArgumentException when other kernels made it
   */
  static PanelKeyValues of(KeyValues cache, int panelWidth) {
    if (cache instanceof PanelKeyValues panels) {
      Shapes.require(
          panels.panelWidth == panelWidth,
          "keys in panels of %d come from other kernels, these use panels of %d",
          panels.panelWidth,
          panelWidth);
      return panels;
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "keys of the class %s come from other kernels, these pack them in panels",
            cache.getClass().getName()));
  }

  @Override
  public int heads() {
    return keys.length;
  }

  @Override
  public int headWidth() {
    return headWidth;
  }

  @Override
  public int places() {
    return places;
  }

  @Override
  public long bytes() {
    return keys.length * (keys[0].length + (long) values[0].length) * Float.BYTES;
  }

  int panelWidth() {
    return panelWidth;
  }

  /** The keys of a head, place p in column p of the panels. */
  float[] keys(int head) {
    return keys[head];
  }

  /** The values of a head, place p in depth p of the panels. */
  float[] values(int head) {
    return values[head];
  }

  /** Index of the panel of {@link #keys} that begins with a place, a multiple of the width. */
  int keyPanel(int place) {
    return Panels.at(place, headWidth);
  }

  /** Index of the values at a place in the panel that begins with a column. */
  int valuePanel(int column, int place) {
    return Panels.at(column, places) + place * panelWidth;
  }

  /** Puts the keys and values of the new tokens of one head into their places. */
  void append(CachedInputs inputs, int sequence, int head) {
    int from = inputs.starts()[sequence];
    int n = inputs.starts()[sequence + 1] - from;
    int place = inputs.runs()[sequence] + inputs.cached()[sequence];
    int at = head * headWidth;
    int cacheHead = inputs.firstHead() + head;
    Matrix k = inputs.keys().columns(at, at + headWidth);
    Panels.packRows(
        k.data(), k.index(from), k.stride(), n, headWidth, keys[cacheHead], place, panelWidth);
    Matrix v = inputs.values().columns(at, at + headWidth);
    float[] target = values[cacheHead];
    for (int column = 0; column < headWidth; column += panelWidth) {
      int length = Math.min(panelWidth, headWidth - column);
      int to = valuePanel(column, place);
      for (int t = 0; t < n; t++) {
        System.arraycopy(v.data(), v.index(from + t) + column, target, to + t * panelWidth, length);
      }
    }
  }
}
