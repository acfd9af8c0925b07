package io.heed.layer;

import io.heed.layer.BlockVariant.HiddenKind;
import io.heed.layer.BlockVariant.NormKind;
import java.util.Map;

/** The blocks of a variant in float64, one token and one element at a time, as formulas read. */
record PlainBlocks(BlockVariant variant, Map<String, float[]> tensors) {

  /** One sequence {@code [T][D]} through all blocks and the last norm. */
  double[][] forward(double[][] sequence) {
    double[][] hidden = sequence;
    for (int layer = 0; layer < BlockVariant.LAYERS; layer++) {
      hidden = block("layers." + layer + ".", hidden);
    }
    double[][] normalized = new double[hidden.length][];
    for (int t = 0; t < hidden.length; t++) {
      normalized[t] = norm("final", hidden[t]);
    }
    return normalized;
  }

  private double[][] block(String name, double[][] hidden) {
    boolean pre = variant.placement() == NormPlacement.PRE;
    double[][] read = new double[hidden.length][];
    for (int t = 0; t < hidden.length; t++) {
      read[t] = pre ? norm(name + "first", hidden[t]) : hidden[t];
    }
    double[][] keys = new double[hidden.length][];
    double[][] values = new double[hidden.length][];
    for (int t = 0; t < hidden.length; t++) {
      keys[t] = map(name + "k", read[t]);
      values[t] = map(name + "v", read[t]);
    }
    double[][] result = new double[hidden.length][];
    for (int t = 0; t < hidden.length; t++) {
      double[] context = heads(map(name + "q", read[t]), keys, values, t);
      double[] middle = plus(hidden[t], map(name + "o", context));
      middle = pre ? middle : norm(name + "first", middle);
      double[] inner = pre ? norm(name + "second", middle) : middle;
      double[] end = plus(middle, map(name + "down", between(name, inner)));
      result[t] = pre ? end : norm(name + "second", end);
    }
    return result;
  }

  private double[] between(String name, double[] x) {
    double[] wide = map(name + "gate", x);
    double[] factors = map(name + "up", x);
    for (int i = 0; i < wide.length; i++) {
      double v = wide[i];
      double gelu = v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
      wide[i] = variant.hidden() == HiddenKind.GATED ? gelu * factors[i] : gelu;
    }
    return wide;
  }

  private double[] heads(double[] q, double[][] keys, double[][] values, int query) {
    AttentionSpec spec = variant.attention();
    int dh = spec.headWidth();
    double[] context = new double[spec.width()];
    for (int head = 0; head < spec.heads(); head++) {
      int shared = head * spec.keyValueHeads() / spec.heads();
      double sum = 0;
      for (int key = 0; key < keys.length; key++) {
        if (!spec.mask().visible(0, query, key)) {
          continue;
        }
        double score = bias(head, key - query);
        for (int i = 0; i < dh; i++) {
          score += q[head * dh + i] * keys[key][shared * dh + i];
        }
        double weight = Math.exp(score / Math.sqrt(dh));
        sum += weight;
        for (int i = 0; i < dh; i++) {
          context[head * dh + i] += weight * values[key][shared * dh + i];
        }
      }
      for (int i = 0; i < dh; i++) {
        context[head * dh + i] /= sum;
      }
    }
    return context;
  }

  private double bias(int head, int distance) {
    return variant
        .relativeBias()
        .map(bias -> (double) bias.values().at(head, bias.reach() + distance))
        .orElse(0.0);
  }

  private double[] map(String name, double[] x) {
    float[] weight = tensors.get(name + ".weight");
    float[] bias = tensors.get(name + ".bias");
    double[] y = new double[weight.length / x.length];
    for (int n = 0; n < y.length; n++) {
      y[n] = bias == null ? 0 : bias[n];
      for (int k = 0; k < x.length; k++) {
        y[n] += weight[n * x.length + k] * x[k];
      }
    }
    return y;
  }

  private double[] norm(String name, double[] x) {
    float[] gain = tensors.get(name + ".weight");
    float[] bias = tensors.get(name + ".bias");
    double mean = 0;
    for (double value : x) {
      mean += variant.norm() == NormKind.LAYER ? value / x.length : 0;
    }
    double variance = 0;
    for (double value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(variance + BlockVariant.EPSILON) * gain[i];
      y[i] += bias == null ? 0 : bias[i];
    }
    return y;
  }

  private static double[] plus(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
