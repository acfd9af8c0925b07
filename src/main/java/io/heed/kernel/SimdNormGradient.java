package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import io.heed.tensor.Matrix;
import jdk.incubator.vector.FloatVector;

/** Gradients of layer norms, row by row: a walk for the sums of a row, and one that uses them. */
final class SimdNormGradient {
  private SimdNormGradient() {}

  /** All rows. */
  static void add(
      Matrix input,
      Normalization normalization,
      Matrix outputGradient,
      Matrix inputGradient,
      Matrix gainGradient,
      Matrix biasGradient,
      Scratch scratch) {
    float[] gain = normalization.gain();
    int n = gain.length;
    float[] lanes = scratch.lanes(2);
    float[] x = input.data();
    float[] dy = outputGradient.data();
    for (int t = 0; t < input.rows(); t++) {
      int at = input.index(t);
      int dyAt = outputGradient.index(t);
      float mean = SimdRows.sum(x, at, n, lanes) / n;
      float squares = SimdRows.sumOfSquares(x, at, n, mean, lanes);
      float factor = ScalarMath.reciprocalDeviation(squares, n, normalization.epsilon());
      sum(x, at, mean, factor, gain, dy, dyAt, lanes);
      float centre = ScalarMath.fold(lanes) / n;
      float slope = -(ScalarMath.fold(lanes, ScalarMath.LANES) / n);
      float[] dx = inputGradient.data();
      addRow(x, at, mean, factor, gain, dy, dyAt, centre, slope, dx, inputGradient.index(t));
      addParameters(x, at, mean, factor, n, dy, dyAt, gainGradient, biasGradient);
    }
  }

  /** {@code Σ gain·dy} in 16 lanes, and {@code Σ fma(gain·dy, x̂)} in the next 16. */
  private static void sum(
      float[] x,
      int xAt,
      float mean,
      float factor,
      float[] gain,
      float[] dy,
      int dyAt,
      float[] lanes) {
    int n = gain.length;
    int end = n & -ScalarMath.LANES;
    final FloatVector means = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, mean));
    final FloatVector factors =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    for (int lane = 0; lane < ScalarMath.LANES; lane += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector products = FloatVector.zero(FLOATS);
      for (int i = lane; i < end; i += ScalarMath.LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
        FloatVector g = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, gain, i));
        FloatVector y =
            (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, dy, dyAt + i));
        v = (FloatVector) FLOAT_VECTOR.cast(v.sub(means));
        v = (FloatVector) FLOAT_VECTOR.cast(v.mul(factors));
        g = (FloatVector) FLOAT_VECTOR.cast(g.mul(y));
        sum = g.add((FloatVector) FLOAT_VECTOR.cast(sum));
        products = g.fma(v, (FloatVector) FLOAT_VECTOR.cast(products));
      }
      ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, lane);
      ((FloatVector) FLOAT_VECTOR.cast(products)).intoArray(lanes, ScalarMath.LANES + lane);
    }
    for (int i = end; i < n; i++) {
      float scaled = gain[i] * dy[dyAt + i];
      int lane = ScalarMath.LANES + i - end;
      lanes[i - end] += scaled;
      lanes[lane] = Math.fma(scaled, (x[xAt + i] - mean) * factor, lanes[lane]);
    }
  }

  /** {@code dx = fma(fma(x̂, slope, gain·dy - centre), factor, dx)}. */
  private static void addRow(
      float[] x,
      int xAt,
      float mean,
      float factor,
      float[] gain,
      float[] dy,
      int dyAt,
      float centre,
      float slope,
      float[] dx,
      int dxAt) {
    int n = gain.length;
    final FloatVector means = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, mean));
    final FloatVector factors =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    final FloatVector centres =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, centre));
    final FloatVector slopes =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, slope));
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector g = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, gain, i));
      FloatVector y = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, dy, dyAt + i));
      FloatVector o = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, dx, dxAt + i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.sub(means));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(factors));
      g = (FloatVector) FLOAT_VECTOR.cast(g.mul(y));
      g = (FloatVector) FLOAT_VECTOR.cast(g.sub(centres));
      g = (FloatVector) FLOAT_VECTOR.cast(v.fma(slopes, g));
      o = (FloatVector) FLOAT_VECTOR.cast(g.fma(factors, o));
      o.intoArray(dx, dxAt + i);
    }
    for (; i < n; i++) {
      float centred = gain[i] * dy[dyAt + i] - centre;
      float standard = (x[xAt + i] - mean) * factor;
      dx[dxAt + i] = Math.fma(Math.fma(standard, slope, centred), factor, dx[dxAt + i]);
    }
  }

  private static void addParameters(
      float[] x,
      int xAt,
      float mean,
      float factor,
      int n,
      float[] dy,
      int dyAt,
      Matrix gainGradient,
      Matrix biasGradient) {
    addGain(x, xAt, mean, factor, n, dy, dyAt, gainGradient.data(), gainGradient.offset());
    SimdRows.add(dy, dyAt, biasGradient.data(), biasGradient.offset(), n);
  }

  /** {@code dgain = fma(dy, x̂, dgain)}. */
  private static void addGain(
      float[] x,
      int xAt,
      float mean,
      float factor,
      int n,
      float[] dy,
      int dyAt,
      float[] dgain,
      int gainAt) {
    final FloatVector means = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, mean));
    final FloatVector factors =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector y = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, dy, dyAt + i));
      FloatVector o =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, dgain, gainAt + i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.sub(means));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(factors));
      o = (FloatVector) FLOAT_VECTOR.cast(y.fma(v, o));
      o.intoArray(dgain, gainAt + i);
    }
    for (; i < n; i++) {
      float standard = (x[xAt + i] - mean) * factor;
      dgain[gainAt + i] = Math.fma(dy[dyAt + i], standard, dgain[gainAt + i]);
    }
  }
}
