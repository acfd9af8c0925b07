package io.heed.layer;

import io.heed.tensor.Matrix;

/**
 * What queries of long sequences are multiplied by, so that attention to more keys is no flatter:
 * the logarithm of their tokens to some base.
 *
 * @param base tokens of a sequence whose queries stay as they are, at least 2
 * @param least what a query is multiplied by at least
 */
public record LengthScale(int base, float least) {

  /** What the queries of a sequence of so many tokens are multiplied by. */
  public float of(int length) {
    return Math.max(least, (float) (StrictMath.log(length) / StrictMath.log(base)));
  }

  /** Multiplies the queries of a sequence of so many tokens, in place. */
  void apply(Matrix queries, int length) {
    float factor = of(length);
    for (int t = 0; t < queries.rows(); t++) {
      int at = queries.index(t);
      for (int i = at; i < at + queries.columns(); i++) {
        queries.data()[i] *= factor;
      }
    }
  }
}
