package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * How far rotary positions (Su et al., 2021) turn the values of a head, D of them in D/2 pairs:
 * value k with value {@code k + D/2}.
 *
 * @param cosines {@code [P, D/2]}, of the angle of each pair at each position, or a multiple
 * @param sines {@code [P, D/2]}, the same multiple
 */
public record Rotation(Matrix cosines, Matrix sines) {

  /**
   * Checks that there are as many of both.
   *
   * @throws IllegalArgumentException when there are not
   */
  public Rotation {
    Shapes.checkSame(cosines, sines);
  }

  /** P. */
  public int positions() {
    return cosines.rows();
  }

  /** D/2. */
  public int pairs() {
    return cosines.columns();
  }
}
