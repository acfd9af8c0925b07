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

  /**
   * Checks that it fits some heads.
   *
   * @param first position of the first token
   * @throws IllegalArgumentException when it does not
   */
  void check(Matrix heads, int headWidth, int first) {
    Shapes.require(
        headWidth >= 1 && 2L * pairs() <= headWidth && heads.columns() % headWidth == 0,
        "a rotation of %d pairs does not fit heads of width %d in rows of %d",
        pairs(),
        headWidth,
        heads.columns());
    Shapes.require(
        first >= 0 && first <= positions() - heads.rows(),
        "%d tokens from position %d on do not fit a rotation of %d",
        heads.rows(),
        first,
        positions());
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
