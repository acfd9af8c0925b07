package io.heed.oracle;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * One block of width 4 with two heads, element by element, from the formulas of GPT alone: what the
 * oracle's matrix layout is checked against.
 */
final class PlainGpt {
  private static final int WIDTH = 4;
  private static final int HEADS = 2;
  private static final int HEAD_SIZE = WIDTH / HEADS;

  private final Map<String, float[]> tensors;
  private final boolean before;
  private final DoubleUnaryOperator activation;
  private final double eps;

  /**
   * A model.
   *
   * @param before whether it normalises before each half, with {@code ln_f} at the end
   */
  PlainGpt(
      Map<String, float[]> tensors, boolean before, DoubleUnaryOperator activation, double eps) {
    this.tensors = tensors;
    this.before = before;
    this.activation = activation;
    this.eps = eps;
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
    double[] inner = linear("h.0.mlp.c_fc", x, 0, tensors.get("h.0.mlp.c_fc.bias").length);
    for (int i = 0; i < inner.length; i++) {
      inner[i] = activation.applyAsDouble(inner[i]);
    }
    return linear("h.0.mlp.c_proj", inner, 0, WIDTH);
  }

  private double[] context(double[][] x, int token) {
    double[] query = linear("h.0.attn.c_attn", x[token], 0, WIDTH);
    double[] context = new double[WIDTH];
    for (int head = 0; head < HEADS; head++) {
      int from = head * HEAD_SIZE;
      double total = 0;
      for (int other = 0; other <= token; other++) {
        double[] key = linear("h.0.attn.c_attn", x[other], WIDTH, WIDTH);
        double[] value = linear("h.0.attn.c_attn", x[other], 2 * WIDTH, WIDTH);
        double score = 0;
        for (int i = from; i < from + HEAD_SIZE; i++) {
          score += query[i] * key[i];
        }
        double weight = Math.exp(score / Math.sqrt(HEAD_SIZE));
        total += weight;
        for (int i = from; i < from + HEAD_SIZE; i++) {
          context[i] += weight * value[i];
        }
      }
      for (int i = from; i < from + HEAD_SIZE; i++) {
        context[i] /= total;
      }
    }
    return context;
  }

  /** So many outputs from {@code first} on; the weight of input k to output n is at k, n. */
  private double[] linear(String name, double[] x, int first, int count) {
    int outputs = tensors.get(name + ".bias").length;
    double[] y = new double[count];
    for (int n = 0; n < count; n++) {
      y[n] = value(name + ".bias", first + n);
      for (int k = 0; k < x.length; k++) {
        y[n] += x[k] * value(name + ".weight", k * outputs + first + n);
      }
    }
    return y;
  }

  private double[] layerNorm(String name, double[] x) {
    double mean = (x[0] + x[1] + x[2] + x[3]) / WIDTH;
    double squares = x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3];
    double variance = squares / WIDTH - mean * mean;
    double[] y = new double[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      y[i] =
          (x[i] - mean) / Math.sqrt(variance + eps) * value(name + ".weight", i)
              + value(name + ".bias", i);
    }
    return y;
  }

  private static double[] plus(double[] a, double[] b) {
    return new double[] {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]};
  }

  private double value(String name, int at) {
    return tensors.get(name)[at];
  }
}
