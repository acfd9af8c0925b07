package io.heed.layer;

import io.heed.kernel.RelativeBias;
import io.heed.tensor.Matrix;

/**
 * Linear biases of attention to both sides, as JinaBERT has them (Günther et al., 2023, after Press
 * et al., 2022): head h adds {@code -m_h · |i - j|} to the score of a query i and a key j.
 */
public final class Alibi {
  private Alibi() {}

  /**
   * What is added to the scores of all heads: two values for each head and position.
   *
   * @param positions tokens in the longest sequence
   */
  public static RelativeBias of(AttentionSpec spec, int positions) {
    float factor = spec.biasFactor();
    int reach = positions - 1;
    Matrix values = Matrix.allocate(spec.heads(), 2 * reach + 1);
    float[] slopes = slopes(spec.heads());
    for (int head = 0; head < spec.heads(); head++) {
      int middle = values.index(head) + reach;
      for (int distance = 1; distance <= reach; distance++) {
        // The product of two float32 values first, as the models were trained with it.
        float bias = -slopes[head] * distance * factor;
        values.data()[middle - distance] = bias;
        values.data()[middle + distance] = bias;
      }
    }
    return new RelativeBias(values);
  }

  /**
   * m of each head: {@code 2^(-8(h + 1) / H)} where their number H is a power of two; else those of
   * the largest power of two P below it, and behind them every second one of 2P.
   */
  static float[] slopes(int heads) {
    int power = Integer.highestOneBit(heads);
    float[] slopes = new float[heads];
    for (int head = 0; head < heads; head++) {
      slopes[head] = head < power ? slope(head, power) : slope(2 * (head - power), 2L * power);
    }
    return slopes;
  }

  private static float slope(int head, long heads) {
    return (float) StrictMath.pow(2, -8.0 * (head + 1) / heads);
  }
}
