package io.heed.oracle;

import java.util.Map;
import org.apache.commons.math3.special.Erf;

/** One encoder layer, element by element, from BERT's formulas alone. */
final class PlainBert extends PlainBlock {
  PlainBert(Map<String, float[]> tensors, double eps) {
    super(tensors, eps);
  }

  double[][] hiddenStates(int... ids) {
    double[][] embedded = new double[ids.length][WIDTH];
    for (int t = 0; t < ids.length; t++) {
      for (int i = 0; i < WIDTH; i++) {
        embedded[t][i] =
            value("embeddings.word_embeddings.weight", ids[t] * WIDTH + i)
                + value("embeddings.position_embeddings.weight", t * WIDTH + i)
                + value("embeddings.token_type_embeddings.weight", i);
      }
      embedded[t] = layerNorm("embeddings.LayerNorm", embedded[t]);
    }
    double[][] output = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      output[t] = encode(embedded, t);
    }
    return output;
  }

  private double[] encode(double[][] x, int token) {
    String layer = "encoder.layer.0.";
    double[] attended = linear(layer + "attention.output.dense", context(x, token));
    double[] middle = layerNorm(layer + "attention.output.LayerNorm", plus(attended, x[token]));
    double[] inner = linear(layer + "intermediate.dense", middle);
    for (int i = 0; i < inner.length; i++) {
      inner[i] *= 0.5 * (1 + Erf.erf(inner[i] * Math.sqrt(0.5)));
    }
    return layerNorm(
        layer + "output.LayerNorm", plus(linear(layer + "output.dense", inner), middle));
  }

  private double[] context(double[][] x, int token) {
    String self = "encoder.layer.0.attention.self.";
    double[][] keys = new double[x.length][];
    double[][] values = new double[x.length][];
    for (int other = 0; other < x.length; other++) {
      keys[other] = linear(self + "key", x[other]);
      values[other] = linear(self + "value", x[other]);
    }
    return context(linear(self + "query", x[token]), keys, values);
  }

  private double[] linear(String name, double[] x) {
    double[] y = new double[length(name + ".bias")];
    for (int n = 0; n < y.length; n++) {
      y[n] = value(name + ".bias", n);
      for (int k = 0; k < x.length; k++) {
        y[n] += value(name + ".weight", n * x.length + k) * x[k];
      }
    }
    return y;
  }
}
