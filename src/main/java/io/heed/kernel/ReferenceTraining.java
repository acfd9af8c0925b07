package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/** The operations of training in plain Java, written to be read. */
public final class ReferenceTraining implements TrainingKernels {

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public void addWeightGradient(
      Matrix input, Matrix outputGradient, Matrix gradient, Scratch scratch) {
    TrainingShapes.checkWeightGradient(input, outputGradient, gradient);
    int n = gradient.columns();
    float[] block = scratch.row(n);
    for (int from = 0; from < input.rows(); from += TOKEN_BLOCK) {
      int to = Math.min(input.rows(), from + TOKEN_BLOCK);
      for (int k = 0; k < gradient.rows(); k++) {
        Arrays.fill(block, 0, n, 0f);
        for (int t = from; t < to; t++) {
          float x = input.data()[input.index(t) + k];
          int dy = outputGradient.index(t);
          for (int j = 0; j < n; j++) {
            block[j] = Math.fma(x, outputGradient.data()[dy + j], block[j]);
          }
        }
        addRow(block, 0, gradient, k);
      }
    }
  }

  private static void addRow(float[] values, int at, Matrix target, int row) {
    int to = target.index(row);
    for (int j = 0; j < target.columns(); j++) {
      target.data()[to + j] = target.data()[to + j] + values[at + j];
    }
  }

  @Override
  public void addBiasGradient(Matrix outputGradient, Matrix gradient) {
    TrainingShapes.checkBiasGradient(outputGradient, gradient);
    for (int t = 0; t < outputGradient.rows(); t++) {
      addRow(outputGradient.data(), outputGradient.index(t), gradient, 0);
    }
  }

  @Override
  public void addRowGradients(Matrix gradient, int[] rows, Matrix table) {
    Shapes.checkAddRows(table, rows, gradient);
    for (int t = 0; t < rows.length; t++) {
      addRow(gradient.data(), gradient.index(t), table, rows[t]);
    }
  }

  @Override
  public void attentionGradient(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      AttentionGradients gradients,
      Scratch scratch) {
    gradients.check(inputs, rule, context, contextGradient);
    for (int s = 0; s < inputs.sequences(); s++) {
      for (int head = 0; head < inputs.heads(); head++) {
        new ReferenceAttentionGradient(
                inputs, rule, context, contextGradient, gradients, s, head, scratch)
            .run();
      }
    }
  }

  @Override
  public void addLayerNormGradient(
      Matrix input,
      Normalization normalization,
      Matrix outputGradient,
      Matrix inputGradient,
      Matrix gainGradient,
      Matrix biasGradient,
      Scratch scratch) {
    TrainingShapes.checkLayerNormGradient(
        input, normalization, outputGradient, inputGradient, gainGradient, biasGradient);
    float[] standard = scratch.row(input.columns());
    for (int t = 0; t < input.rows(); t++) {
      float factor =
          ReferenceNorms.standardize(
              input.data(),
              input.index(t),
              input.columns(),
              normalization.epsilon(),
              standard,
              0,
              scratch.lanes());
      addRowGradient(
          standard,
          factor,
          normalization.gain(),
          outputGradient.rows(t, t + 1),
          inputGradient.rows(t, t + 1),
          scratch.lanes());
      int dy = outputGradient.index(t);
      for (int i = 0; i < input.columns(); i++) {
        int gain = gainGradient.offset() + i;
        gainGradient.data()[gain] =
            Math.fma(outputGradient.data()[dy + i], standard[i], gainGradient.data()[gain]);
      }
      addRow(outputGradient.data(), dy, biasGradient, 0);
    }
  }

  private static void addRowGradient(
      float[] standard, float factor, float[] gain, Matrix dy, Matrix dx, float[] lanes) {
    int n = gain.length;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      lanes[i % ScalarMath.LANES] += gain[i] * dy.data()[dy.offset() + i];
    }
    float mean = ScalarMath.fold(lanes) / n;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      int lane = i % ScalarMath.LANES;
      float scaled = gain[i] * dy.data()[dy.offset() + i];
      lanes[lane] = Math.fma(scaled, standard[i], lanes[lane]);
    }
    float slope = -(ScalarMath.fold(lanes) / n);
    for (int i = 0; i < n; i++) {
      float centred = gain[i] * dy.data()[dy.offset() + i] - mean;
      int at = dx.offset() + i;
      dx.data()[at] = Math.fma(Math.fma(standard[i], slope, centred), factor, dx.data()[at]);
    }
  }

  @Override
  public void activateWithGradient(Activation activation, Matrix values, Matrix gradient) {
    Shapes.checkSame(values, gradient);
    for (int i = 0; i < values.rows(); i++) {
      activate(
          activation,
          values.data(),
          values.index(i),
          gradient.data(),
          gradient.index(i),
          values.columns());
    }
  }

  /** Some values and their gradients. */
  static void activate(Activation activation, float[] x, int xAt, float[] g, int gAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = x[xAt + i];
      g[gAt + i] *= ScalarMath.slope(activation, v);
      x[xAt + i] = ScalarMath.activate(activation, v);
    }
  }

  @Override
  public void crossEntropy(
      Matrix logits, int[] targets, int first, double[] losses, Scratch scratch) {
    TrainingShapes.checkTargets(logits, targets, first, losses);
    float[] x = logits.data();
    int n = logits.columns();
    for (int r = 0; r < logits.rows(); r++) {
      int at = logits.index(r);
      int target = targets[first + r];
      if (target < 0) {
        losses[first + r] = 0;
        Arrays.fill(x, at, at + n, 0f);
        continue;
      }
      float value = x[at + target];
      float max = ReferenceSoftmax.max(x, at, n);
      float sum = ReferenceSoftmax.exponentiate(x, at, n, 1f, scratch.lanes());
      losses[first + r] = ScalarMath.logSumExp(max, sum) - value;
      ReferenceRows.scaleRow(x, at, n, 1f / sum);
      x[at + target] -= 1f;
    }
  }

  @Override
  public double sumOfSquares(float[] values, int at, int n, Scratch scratch) {
    TrainingShapes.checkRange(values, at, n);
    double total = 0;
    float[] lanes = scratch.lanes();
    for (int from = 0; from < n; from += SQUARES_BLOCK) {
      Arrays.fill(lanes, 0f);
      int length = Math.min(SQUARES_BLOCK, n - from);
      for (int i = 0; i < length; i++) {
        float x = values[at + from + i];
        int lane = i % ScalarMath.LANES;
        lanes[lane] = Math.fma(x, x, lanes[lane]);
      }
      total += ScalarMath.fold(lanes);
    }
    return total;
  }

  @Override
  public void adamW(AdamStep step, float[] weights, int at, AdamSlice slice, int sliceAt, int n) {
    TrainingShapes.checkAdam(weights, at, slice, sliceAt, n);
    for (int i = 0; i < n; i++) {
      adamW(step, weights, at + i, slice, sliceAt + i);
    }
  }

  /** The step of one weight. */
  static void adamW(AdamStep step, float[] weights, int at, AdamSlice slice, int s) {
    float x = slice.gradients()[s] * step.gradientScale();
    float m = Math.fma(x, step.oneLessBeta1(), slice.first()[s] * step.beta1());
    float v = Math.fma(x * x, step.oneLessBeta2(), slice.second()[s] * step.beta2());
    slice.first()[s] = m;
    slice.second()[s] = v;
    float root = (float) Math.sqrt(v * step.correction2());
    float update = (m * step.correction1()) / (root + step.epsilon());
    float w = weights[at];
    weights[at] = Math.fma(Math.fma(w, step.decay(), update), -step.rate(), w);
  }
}
