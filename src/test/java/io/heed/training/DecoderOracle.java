package io.heed.training;

import io.heed.kernel.Dropout;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.model.ModelSpec;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The loss of a decoder and its gradient in float64, in plain loops over one array of parameters.
 */
final class DecoderOracle {
  private final ParameterLayout layout;
  private final ModelSpec spec;
  private final BlockSpec block;
  private final int width;
  private final int heads;
  private final int headWidth;

  /** Of all parameters, at the places of the layout. */
  final double[] weights;

  final double[] gradients;

  private DropoutRates.Draws draws;
  private MicroBatch batch;
  private int tokens;

  DecoderOracle(ParameterLayout layout, float[] start) {
    this.layout = layout;
    this.spec = layout.spec();
    this.block = spec.block();
    this.width = spec.width();
    this.heads = spec.heads();
    this.headWidth = block.attention().headWidth();
    this.weights = new double[start.length];
    Arrays.setAll(weights, i -> start[i]);
    this.gradients = new double[start.length];
  }

  /** What the forward pass of a block keeps. */
  private static final class Kept {
    double[] input;
    double[] attentionInput;
    double[] mapped;
    double[] context;
    double[] between;
    double[] feedForwardInput;
    double[] inner;
    double[] activated;
    double[] sum;
    double[][] shares;
    double[][] factors;
  }

  private boolean before() {
    return block.placement() == NormPlacement.PRE;
  }

  /** The sum of losses; adds to the gradients where that is asked for. */
  double loss(MicroBatch some, DropoutRates.Draws ofStep, boolean backward) {
    batch = some;
    draws = ofStep;
    tokens = some.tokens();
    int[] positions = some.positions();
    Kept[] kept = new Kept[spec.layers()];
    double[] x = new double[tokens * width];
    DecoderParameters all = layout.decoder();
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < width; i++) {
        x[t * width + i] =
            weights[all.tokens().at() + some.ids()[t] * width + i]
                + weights[all.positions().at() + positions[t] * width + i];
      }
    }
    double[] embeddingFactors = drop(draws.embedding(), x, width);
    for (int l = 0; l < spec.layers(); l++) {
      kept[l] = new Kept();
      x = forward(l, kept[l], x);
    }
    double[] last = x;
    double[] hidden =
        all.finalNorm().isPresent() ? norm(last, all.finalNorm().get(), tokens) : last;
    double[] dHidden = new double[tokens * width];
    double loss = head(hidden, dHidden, backward);
    if (!backward) {
      return loss;
    }
    double[] dx = dHidden;
    if (all.finalNorm().isPresent()) {
      dx = new double[tokens * width];
      normBack(last, dHidden, all.finalNorm().get(), dx);
    }
    for (int l = spec.layers() - 1; l >= 0; l--) {
      dx = backward(l, kept[l], dx);
    }
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < width; i++) {
        double d = dx[t * width + i] * embeddingFactors[t * width + i];
        gradients[all.tokens().at() + some.ids()[t] * width + i] += d;
        gradients[all.positions().at() + positions[t] * width + i] += d;
      }
    }
    return loss;
  }

  private double[] forward(int l, Kept k, double[] x) {
    BlockParameters p = layout.decoder().blocks().get(l);
    k.input = x;
    k.attentionInput = before() ? norm(x, p.attentionNorm(), tokens) : x;
    k.mapped = linear(k.attentionInput, p.queryKeyValue());
    attend(l, k);
    k.between = linear(k.context, p.attentionOutput());
    k.factors = new double[2][];
    k.factors[0] = drop(draws.attentionOutput(l), k.between, width);
    add(x, k.between);
    k.feedForwardInput = norm(k.between, before() ? p.outputNorm() : p.attentionNorm(), tokens);
    k.inner = linear(k.feedForwardInput, p.inner());
    k.activated = new double[k.inner.length];
    for (int i = 0; i < k.inner.length; i++) {
      k.activated[i] = activation().applyAsDouble(k.inner[i]);
    }
    double[] y = linear(k.activated, p.outer());
    k.factors[1] = drop(draws.output(l), y, width);
    add(before() ? k.between : k.feedForwardInput, y);
    k.sum = y;
    return before() ? y : norm(y, p.outputNorm(), tokens);
  }

  private double[] backward(int l, Kept k, double[] dy) {
    BlockParameters p = layout.decoder().blocks().get(l);
    double[] dSum = dy;
    if (!before()) {
      dSum = new double[dy.length];
      normBack(k.sum, dy, p.outputNorm(), dSum);
    }
    double[] dActivated = linearBack(k.activated, times(dSum, k.factors[1]), p.outer());
    for (int i = 0; i < k.inner.length; i++) {
      dActivated[i] *= slope(k.inner[i]);
    }
    double[] dFeed = linearBack(k.feedForwardInput, dActivated, p.inner());
    double[] dBetween = before() ? dSum.clone() : new double[dy.length];
    if (!before()) {
      add(dSum, dFeed);
    }
    normBack(k.between, dFeed, before() ? p.outputNorm() : p.attentionNorm(), dBetween);
    double[] dContext = linearBack(k.context, times(dBetween, k.factors[0]), p.attentionOutput());
    double[] dInput = linearBack(k.attentionInput, attendBack(l, k, dContext), p.queryKeyValue());
    if (before()) {
      double[] dx = dBetween.clone();
      normBack(k.input, dInput, p.attentionNorm(), dx);
      return dx;
    }
    add(dBetween, dInput);
    return dInput;
  }

  private void attend(int l, Kept k) {
    k.context = new double[tokens * width];
    k.shares = new double[tokens * heads][];
    double scale = 1 / Math.sqrt(headWidth);
    for (int s = 0; s < batch.sequences(); s++) {
      int first = batch.starts()[s];
      for (int t = first; t < batch.starts()[s + 1]; t++) {
        for (int h = 0; h < heads; h++) {
          double[] e = new double[t - first + 1];
          double sum = 0;
          double max = Double.NEGATIVE_INFINITY;
          for (int j = 0; j < e.length; j++) {
            for (int i = 0; i < headWidth; i++) {
              e[j] += mapped(k, t, 0, h, i) * mapped(k, first + j, 1, h, i) * scale;
            }
            max = Math.max(max, e[j]);
          }
          for (int j = 0; j < e.length; j++) {
            e[j] = Math.exp(e[j] - max);
            sum += e[j];
          }
          for (int j = 0; j < e.length; j++) {
            e[j] /= sum;
            double factor = factor(draws.attention(l), s, h, t - first, j);
            for (int i = 0; i < headWidth; i++) {
              k.context[t * width + h * headWidth + i] +=
                  e[j] * factor * mapped(k, first + j, 2, h, i);
            }
          }
          k.shares[t * heads + h] = e;
        }
      }
    }
  }

  private double mapped(Kept k, int token, int part, int head, int i) {
    return k.mapped[token * 3 * width + part * width + head * headWidth + i];
  }

  private double[] attendBack(int l, Kept k, double[] dContext) {
    double[] d = new double[k.mapped.length];
    double scale = 1 / Math.sqrt(headWidth);
    for (int s = 0; s < batch.sequences(); s++) {
      int first = batch.starts()[s];
      for (int t = first; t < batch.starts()[s + 1]; t++) {
        for (int h = 0; h < heads; h++) {
          double[] share = k.shares[t * heads + h];
          double[] dShare = new double[share.length];
          double delta = 0;
          for (int j = 0; j < share.length; j++) {
            double factor = factor(draws.attention(l), s, h, t - first, j);
            for (int i = 0; i < headWidth; i++) {
              double dc = dContext[t * width + h * headWidth + i];
              dShare[j] += dc * factor * mapped(k, first + j, 2, h, i);
              d[(first + j) * 3 * width + 2 * width + h * headWidth + i] += share[j] * factor * dc;
            }
            delta += dShare[j] * share[j];
          }
          for (int j = 0; j < share.length; j++) {
            double ds = share[j] * (dShare[j] - delta) * scale;
            for (int i = 0; i < headWidth; i++) {
              int query = t * 3 * width + h * headWidth + i;
              int key = (first + j) * 3 * width + width + h * headWidth + i;
              d[query] += ds * k.mapped[key];
              d[key] += ds * k.mapped[query];
            }
          }
        }
      }
    }
    return d;
  }

  private double head(double[] hidden, double[] dHidden, boolean backward) {
    Parameter table = layout.decoder().logits();
    double loss = 0;
    for (int t = 0; t < tokens; t++) {
      int target = batch.targets()[t];
      if (target < 0) {
        continue;
      }
      double[] logits = new double[spec.vocabulary()];
      for (int c = 0; c < logits.length; c++) {
        for (int i = 0; i < width; i++) {
          logits[c] += hidden[t * width + i] * weights[table.at() + c * width + i];
        }
      }
      double max = Arrays.stream(logits).max().orElseThrow();
      double sum = Arrays.stream(logits).map(v -> Math.exp(v - max)).sum();
      loss += max + Math.log(sum) - logits[target];
      for (int c = 0; backward && c < logits.length; c++) {
        double d = Math.exp(logits[c] - max) / sum - (c == target ? 1 : 0);
        for (int i = 0; i < width; i++) {
          dHidden[t * width + i] += d * weights[table.at() + c * width + i];
          gradients[table.at() + c * width + i] += d * hidden[t * width + i];
        }
      }
    }
    return loss;
  }

  private double[] linear(double[] x, MapParameters map) {
    int inputs = map.weight().rows();
    int outputs = map.weight().columns();
    double[] y = new double[tokens * outputs];
    for (int t = 0; t < tokens; t++) {
      for (int j = 0; j < outputs; j++) {
        y[t * outputs + j] = weights[map.bias().at() + j];
      }
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j < outputs; j++) {
          y[t * outputs + j] += x[t * inputs + i] * weights[map.weight().at() + i * outputs + j];
        }
      }
    }
    return y;
  }

  private double[] linearBack(double[] x, double[] dy, MapParameters map) {
    int inputs = map.weight().rows();
    int outputs = map.weight().columns();
    double[] dx = new double[tokens * inputs];
    for (int t = 0; t < tokens; t++) {
      for (int j = 0; j < outputs; j++) {
        gradients[map.bias().at() + j] += dy[t * outputs + j];
      }
      for (int i = 0; i < inputs; i++) {
        int row = map.weight().at() + i * outputs;
        for (int j = 0; j < outputs; j++) {
          dx[t * inputs + i] += dy[t * outputs + j] * weights[row + j];
          gradients[row + j] += x[t * inputs + i] * dy[t * outputs + j];
        }
      }
    }
    return dx;
  }

  /** Mean and reciprocal deviation of a row. */
  private double[] moments(double[] x, int t) {
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < width; i++) {
      mean += x[t * width + i] / width;
    }
    for (int i = 0; i < width; i++) {
      variance += Math.pow(x[t * width + i] - mean, 2) / width;
    }
    return new double[] {mean, 1 / Math.sqrt(variance + block.normEpsilon())};
  }

  private double[] norm(double[] x, NormParameters norm, int rows) {
    double[] y = new double[x.length];
    for (int t = 0; t < rows; t++) {
      double[] m = moments(x, t);
      for (int i = 0; i < width; i++) {
        y[t * width + i] =
            (x[t * width + i] - m[0]) * m[1] * weights[norm.gain().at() + i]
                + weights[norm.bias().at() + i];
      }
    }
    return y;
  }

  private void normBack(double[] x, double[] dy, NormParameters norm, double[] dx) {
    for (int t = 0; t < tokens; t++) {
      double[] m = moments(x, t);
      double mean = 0;
      double slope = 0;
      for (int i = 0; i < width; i++) {
        double standard = (x[t * width + i] - m[0]) * m[1];
        double d = dy[t * width + i];
        gradients[norm.gain().at() + i] += d * standard;
        gradients[norm.bias().at() + i] += d;
        mean += weights[norm.gain().at() + i] * d / width;
        slope += weights[norm.gain().at() + i] * d * standard / width;
      }
      for (int i = 0; i < width; i++) {
        double standard = (x[t * width + i] - m[0]) * m[1];
        double d = weights[norm.gain().at() + i] * dy[t * width + i];
        dx[t * width + i] += m[1] * (d - mean - standard * slope);
      }
    }
  }

  private DoubleUnaryOperator activation() {
    return switch (block.activation()) {
      case GELU -> v -> 0.5 * v * (1 + erf(v / Math.sqrt(2)));
      case GELU_TANH -> v -> 0.5 * v * (1 + Math.tanh(inner(v)));
      case RELU -> v -> Math.max(v, 0);
      case SILU -> v -> v / (1 + Math.exp(-v));
      case TANH -> Math::tanh;
      case NONE -> v -> v;
    };
  }

  private static double inner(double v) {
    return Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v);
  }

  private double slope(double v) {
    return switch (block.activation()) {
      case GELU ->
          0.5 * (1 + erf(v / Math.sqrt(2))) + v * Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI);
      case GELU_TANH -> {
        double t = Math.tanh(inner(v));
        double rise = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v * v);
        yield 0.5 * (1 + t) + 0.5 * v * (1 - t * t) * rise;
      }
      case RELU -> v > 0 ? 1 : 0;
      default -> throw new IllegalStateException("no slope of " + block.activation());
    };
  }

  /** The error function by its series, good to 1e-15 where values of a test lie. */
  static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return Math.abs(x) > 5 ? Math.signum(x) : sum * 2 / Math.sqrt(Math.PI);
  }

  /** What dropout multiplies a value by. */
  private static double factor(Dropout dropout, int sequence, int head, int query, int place) {
    if (dropout.rate() == 0) {
      return 1;
    }
    float[] one = new float[place + 1];
    Arrays.fill(one, 1);
    dropout.apply(sequence, head, query, one, 0, place + 1);
    return one[place] == 0 ? 0 : 1 / (1 - dropout.rate());
  }

  /** Drops values of all tokens in place; what each was multiplied by. */
  private double[] drop(Dropout dropout, double[] x, int columns) {
    double[] factors = new double[x.length];
    for (int s = 0; s < batch.sequences(); s++) {
      for (int t = batch.starts()[s]; t < batch.starts()[s + 1]; t++) {
        for (int i = 0; i < columns; i++) {
          int at = t * columns + i;
          factors[at] = factor(dropout, s, 0, t - batch.starts()[s], i);
          x[at] *= factors[at];
        }
      }
    }
    return factors;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] += x[i];
    }
  }

  private static double[] times(double[] x, double[] y) {
    double[] product = new double[x.length];
    Arrays.setAll(product, i -> x[i] * y[i]);
    return product;
  }
}
