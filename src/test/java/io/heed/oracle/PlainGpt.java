package io.heed.oracle;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** One block, element by element, from the formulas of GPT alone. */
final class PlainGpt extends PlainBlock {
  private final boolean before;
  private final DoubleUnaryOperator activation;

  /**
   * A model.
   *
   * @param before whether it normalises before each half, with {@code ln_f} at the end
   */
  PlainGpt(
      Map<String, float[]> tensors, boolean before, DoubleUnaryOperator activation, double eps) {
    super(tensors, eps);
    this.before = before;
    this.activation = activation;
  }

  double[][] hiddenStates(int... ids) {
    double[][] embedded = new double[ids.length][WIDTH];
    for (int t = 0; t < ids.length; t++) {
      for (int i = 0; i < WIDTH; i++) {
        embedded[t][i] =
            value((before ? "wte" : "tokens_embed") + ".weight", ids[t] * WIDTH + i)
                + value((before ? "wpe" : "positions_embed") + ".weight", t * WIDTH + i);
      }
    }
    double[][] output = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      output[t] = before ? layerNorm("ln_f", preNorm(embedded, t)) : postNorm(embedded, t);
    }
    return output;
  }

  private double[] preNorm(double[][] x, int token) {
    double[][] normalized = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      normalized[t] = layerNorm("h.0.ln_1", x[t]);
    }
    double[] middle = plus(x[token], linear("h.0.attn.c_proj", context(normalized, token), 0, 4));
    return plus(middle, feedForward(layerNorm("h.0.ln_2", middle)));
  }

  private double[] postNorm(double[][] x, int token) {
    double[] attended = linear("h.0.attn.c_proj", context(x, token), 0, 4);
    double[] middle = layerNorm("h.0.ln_1", plus(x[token], attended));
    return layerNorm("h.0.ln_2", plus(middle, feedForward(middle)));
  }

  private double[] feedForward(double[] x) {
    double[] inner = linear("h.0.mlp.c_fc", x, 0, length("h.0.mlp.c_fc.bias"));
    for (int i = 0; i < inner.length; i++) {
      inner[i] = activation.applyAsDouble(inner[i]);
    }
    return linear("h.0.mlp.c_proj", inner, 0, WIDTH);
  }

  private double[] context(double[][] x, int token) {
    double[][] keys = new double[token + 1][];
    double[][] values = new double[token + 1][];
    for (int other = 0; other <= token; other++) {
      keys[other] = linear("h.0.attn.c_attn", x[other], WIDTH, WIDTH);
      values[other] = linear("h.0.attn.c_attn", x[other], 2 * WIDTH, WIDTH);
    }
    return context(linear("h.0.attn.c_attn", x[token], 0, WIDTH), keys, values);
  }

  /** So many outputs from {@code first} on; the weight of input k to output n is at k, n. */
  private double[] linear(String name, double[] x, int first, int count) {
    int outputs = length(name + ".bias");
    double[] y = new double[count];
    for (int n = 0; n < count; n++) {
      y[n] = value(name + ".bias", first + n);
      for (int k = 0; k < x.length; k++) {
        y[n] += x[k] * value(name + ".weight", k * outputs + first + n);
      }
    }
    return y;
  }
}
