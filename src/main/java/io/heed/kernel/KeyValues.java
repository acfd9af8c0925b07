package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * The keys and values of one layer, packed as attention reads them, for sequences that grow token
 * by token. There are {@code places} for tokens; a sequence has a run of them, which begins at a
 * multiple of {@link #RUN_MULTIPLE}, and its token t stands at place {@code run + t}.
 *
 * <p>Made by {@link Kernels#allocateKeyValues}, and only for those kernels. Not thread-safe.
 */
public final class KeyValues {
  /** Where runs begin; a multiple of every panel's width. */
  public static final int RUN_MULTIPLE = 32;

  private final int headWidth;
  private final int places;
  private final int panelWidth;

  /** For each head panels of {@code [Dh, places]}. */
  private final float[][] keys;

  /** For each head panels of {@code [places, Dh]}. */
  private final float[][] values;

  KeyValues(int heads, int headWidth, int places, int panelWidth) {
    AttentionShapes.checkRoom(heads, headWidth, places);
    this.headWidth = headWidth;
    this.places = places;
    this.panelWidth = panelWidth;
    this.keys = new float[heads][Panels.size(places, headWidth, panelWidth)];
    this.values = new float[heads][Panels.size(headWidth, places, panelWidth)];
  }

  /** Bytes of one token's key and value in {@code heads} heads, at most. */
  public static long bytesPerToken(int heads, int headWidth) {
    long padded = (headWidth + RUN_MULTIPLE - 1L) / RUN_MULTIPLE * RUN_MULTIPLE;
    return heads * (headWidth + padded) * Float.BYTES;
  }

  /** Number of heads. */
  public int heads() {
    return keys.length;
  }

  /** Dh. */
  public int headWidth() {
    return headWidth;
  }

  /** Tokens that there is room for. */
  public int places() {
    return places;
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
