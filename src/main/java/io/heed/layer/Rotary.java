package io.heed.layer;

import io.heed.kernel.Elements;
import io.heed.kernel.Rotation;
import io.heed.tensor.Matrix;

/** Turns queries and keys by their positions (Su et al., 2021). For all threads of a JVM. */
public final class Rotary {
  /** Positions that are computed at least, once any is asked for. */
  private static final int FEWEST_POSITIONS = 128;

  private final Elements kernels;
  private final Frequencies frequencies;

  /** Of the longest sequence met so far of those that all have the same frequencies. */
  private volatile Rotation common;

  /** Of the last sequence met that has frequencies of its own: its layers ask one by one. */
  private volatile Rotation last;

  /** Rotary positions of some frequencies. */
  public Rotary(Elements kernels, Frequencies frequencies) {
    this.kernels = kernels;
    this.frequencies = frequencies;
    int pairs = frequencies.perToken().length;
    this.common = new Rotation(Matrix.allocate(0, pairs), Matrix.allocate(0, pairs));
    this.last = common;
  }

  /**
   * Turns the heads of neighbouring tokens of a sequence, in place.
   *
   * @param heads {@code [T, H·Dh]}
   * @param first position of the first of them
   * @param length tokens of the whole sequence
   */
  void rotate(Matrix heads, int headWidth, int first, int length) {
    kernels.rotate(heads, headWidth, rotation(length), first);
  }

  /** How fast values are turned. */
  public Frequencies frequencies() {
    return frequencies;
  }

  /** How far the values of a sequence of so many tokens are turned, at that many positions. */
  public Rotation turning(int tokens) {
    Rotation rotation = rotation(tokens);
    return new Rotation(rotation.cosines().rows(0, tokens), rotation.sines().rows(0, tokens));
  }

  private Rotation rotation(int length) {
    Rotation known = frequencies.depends(length) ? last : common;
    if (frequencies.depends(length)) {
      if (known.positions() != length) {
        known = compute(frequencies.of(length), length);
        last = known;
      }
    } else if (known.positions() < length) {
      int enough = Math.max(FEWEST_POSITIONS, Integer.highestOneBit(length) * 2);
      known = compute(frequencies.perToken(), enough);
      common = known;
    }
    return known;
  }

  /**
   * Angles are rounded to float32, as transformers has them; of these the bits are StrictMath's.
   */
  private Rotation compute(float[] perToken, int positions) {
    Matrix cosines = Matrix.allocate(positions, perToken.length);
    Matrix sines = Matrix.allocate(positions, perToken.length);
    for (int p = 0; p < positions; p++) {
      for (int k = 0; k < perToken.length; k++) {
        float angle = p * perToken[k];
        cosines.data()[cosines.index(p) + k] = scaled(StrictMath.cos(angle));
        sines.data()[sines.index(p) + k] = scaled(StrictMath.sin(angle));
      }
    }
    return new Rotation(cosines, sines);
  }

  private float scaled(double value) {
    return (float) value * frequencies.factor();
  }
}
