package io.heed.kernel;

/**
 * The scalar functions that fix the bits of every {@link Kernels}. They use only operations that
 * IEEE 754 and the Java language define exactly, so that a vector of any width repeats them.
 */
final class ScalarMath {
  /** Lanes of a sum along a row. */
  static final int LANES = 16;

  /** 1.5 · 2^23: adding it leaves the nearest integer in the low bits of the mantissa. */
  static final float ROUND = 12582912f;

  /** Bits of the last sum with {@link #ROUND} for which {@link #exp2} is +0. */
  static final int EXP2_UNDERFLOW = Float.floatToRawIntBits(ROUND - 126);

  /**
   * Coefficients of the polynomial for 2^x on [−1/2, 1/2], highest power first; the last is 1. The
   * largest relative error is the least that six coefficients allow, 2e-9 before they are rounded.
   */
  static final float EXP2_P0 = 1.5353358e-4f;

  static final float EXP2_P1 = 1.3398875e-3f;
  static final float EXP2_P2 = 9.618437e-3f;
  static final float EXP2_P3 = 5.5503324e-2f;
  static final float EXP2_P4 = 2.4022648e-1f;
  static final float EXP2_P5 = 6.931472e-1f;

  /** Where erf has reached ±1 in float32. */
  static final float ERF_LIMIT = 4f;

  /** Numerator of erf(x) / x in x², highest power first. */
  static final float ERF_P0 = -2.72614225801306e-10f;

  static final float ERF_P1 = 2.77068142495902e-08f;
  static final float ERF_P2 = -2.10102402082508e-06f;
  static final float ERF_P3 = -5.69250639462346e-05f;
  static final float ERF_P4 = -7.34990630326855e-04f;
  static final float ERF_P5 = -2.95459980854025e-03f;
  static final float ERF_P6 = -1.60960333262415e-02f;

  /** Denominator of erf(x) / x in x², highest power first. */
  static final float ERF_Q0 = -1.45660718464996e-05f;

  static final float ERF_Q1 = -2.13374055278905e-04f;
  static final float ERF_Q2 = -1.68282697438203e-03f;
  static final float ERF_Q3 = -7.37332916720468e-03f;
  static final float ERF_Q4 = -1.42647390514189e-02f;

  /** Where tanh has reached ±1 in float32. */
  static final float TANH_LIMIT = 7.90531110763549805f;

  /** Numerator of tanh(x) / x in x², highest power first. */
  static final float TANH_P0 = -2.76076847742355e-16f;

  static final float TANH_P1 = 2.00018790482477e-13f;
  static final float TANH_P2 = -8.60467152213735e-11f;
  static final float TANH_P3 = 5.12229709037114e-08f;
  static final float TANH_P4 = 1.48572235717979e-05f;
  static final float TANH_P5 = 6.37261928875436e-04f;
  static final float TANH_P6 = 4.89352455891786e-03f;

  /** Denominator of tanh(x) / x in x², highest power first. */
  static final float TANH_Q0 = 1.19825839466702e-06f;

  static final float TANH_Q1 = 1.18534705686654e-04f;
  static final float TANH_Q2 = 2.26843463243900e-03f;
  static final float TANH_Q3 = 4.89352518554385e-03f;

  static final float SQRT_HALF = 0.70710678f;

  /** √(2/π). */
  static final float SQRT_2_BY_PI = 0.79788456f;

  static final float GELU_CUBE = 0.044715f;

  static final float GELU_CUBE_3 = 3 * GELU_CUBE;

  /** Where the slope of GELU with tanh has reached 0 or 1 in float32. */
  static final float GELU_TANH_LIMIT = 6f;

  /** {@code -log2(e) / 2}. */
  static final float GELU_EXPONENT = -0.72134752f;

  /** {@code 1 / √(2π)}. */
  static final float ONE_BY_SQRT_2_PI = 0.39894228f;

  private static final double LN_2 = 0.6931471805599453;

  private static final float LOG2_E = 1.44269504f;

  /** Past this, rounding alone moves the scores of a row by more than a softmax may lose. */
  private static final float SOFTMAX_ROUNDING_LIMIT = 64f;

  private static final double SMALLEST_NORM = 1e-12;

  private ScalarMath() {}

  /**
   * 2 to the power x, each step of its Horner scheme one fused multiply-add: relative error below
   * 1e-7 from −125 to 127. From −125.5 down it is +0; above 127, and for NaN, it is undefined, and
   * {@link #softmaxShift} keeps those from softmax.
   */
  static float exp2(float x) {
    float shifted = x + ROUND;
    if (Float.floatToRawIntBits(shifted) <= EXP2_UNDERFLOW) {
      return 0f;
    }
    float r = x - (shifted - ROUND);
    float p = Math.fma(r, EXP2_P0, EXP2_P1);
    p = Math.fma(p, r, EXP2_P2);
    p = Math.fma(p, r, EXP2_P3);
    p = Math.fma(p, r, EXP2_P4);
    p = Math.fma(p, r, EXP2_P5);
    p = Math.fma(p, r, 1f);
    // The low bits of `shifted` hold the integer; moved to the exponent they multiply by 2^n.
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
  }

  /**
   * The error function, by the rational approximation on [−4, 4] of the Eigen library ({@code
   * generic_fast_erf_float}), each step one fused multiply-add.
   */
  static float erf(float value) {
    float x = Math.max(Math.min(value, ERF_LIMIT), -ERF_LIMIT);
    float y = x * x;
    float p = Math.fma(y, ERF_P0, ERF_P1);
    p = Math.fma(p, y, ERF_P2);
    p = Math.fma(p, y, ERF_P3);
    p = Math.fma(p, y, ERF_P4);
    p = Math.fma(p, y, ERF_P5);
    p = Math.fma(p, y, ERF_P6);
    float q = Math.fma(y, ERF_Q0, ERF_Q1);
    q = Math.fma(q, y, ERF_Q2);
    q = Math.fma(q, y, ERF_Q3);
    q = Math.fma(q, y, ERF_Q4);
    return x * p / q;
  }

  /**
   * The hyperbolic tangent, by the rational approximation of the Eigen library ({@code
   * generic_fast_tanh_float}), each step one fused multiply-add.
   */
  static float tanh(float value) {
    float x = Math.max(Math.min(value, TANH_LIMIT), -TANH_LIMIT);
    float y = x * x;
    float p = Math.fma(y, TANH_P0, TANH_P1);
    p = Math.fma(p, y, TANH_P2);
    p = Math.fma(p, y, TANH_P3);
    p = Math.fma(p, y, TANH_P4);
    p = Math.fma(p, y, TANH_P5);
    p = Math.fma(p, y, TANH_P6);
    float q = Math.fma(y, TANH_Q0, TANH_Q1);
    q = Math.fma(q, y, TANH_Q2);
    q = Math.fma(q, y, TANH_Q3);
    return x * p / q;
  }

  /** GELU with erf: {@code fma(v/2, erf(v/√2), v/2)}. */
  static float gelu(float v) {
    float half = v * 0.5f;
    return Math.fma(half, erf(v * SQRT_HALF), half);
  }

  /** GELU with tanh: {@code fma(v/2, tanh(√(2/π)·v·fma(0.044715·v, v, 1)), v/2)}. */
  static float geluTanh(float v) {
    float half = v * 0.5f;
    float slope = Math.fma(v * GELU_CUBE, v, 1f);
    return Math.fma(half, tanh(v * SQRT_2_BY_PI * slope), half);
  }

  /** SiLU, v times its logistic sigmoid: {@code fma(v/2, tanh(v/2), v/2)}. */
  static float silu(float v) {
    float half = v * 0.5f;
    return Math.fma(half, tanh(half), half);
  }

  /** {@code max(v, +0)}, NaN for NaN. */
  static float relu(float v) {
    return Math.max(v, 0f);
  }

  /** One value through an activation. */
  static float activate(Activation activation, float v) {
    return switch (activation) {
      case NONE -> v;
      case GELU -> gelu(v);
      case GELU_TANH -> geluTanh(v);
      case SILU -> silu(v);
      case TANH -> tanh(v);
      case RELU -> relu(v);
    };
  }

  /**
   * The slope of an activation at v. Where the slope of GELU with tanh has reached 0 or 1, v counts
   * as {@link #GELU_TANH_LIMIT}: beyond it the rounding of tanh, times the cube of v, would be
   * seen.
   */
  static float slope(Activation activation, float v) {
    return switch (activation) {
      case NONE -> 1f;
      case GELU -> geluSlope(v);
      case GELU_TANH -> geluTanhSlope(v);
      case SILU -> siluSlope(v);
      case TANH -> tanhSlope(v);
      case RELU -> v > 0 ? 1f : 0f;
    };
  }

  /** {@code (1 + erf(v/√2))/2 + v·2^(-v²·log2(e)/2)/√(2π)}. */
  private static float geluSlope(float v) {
    float density = exp2(v * v * GELU_EXPONENT) * ONE_BY_SQRT_2_PI;
    return Math.fma(v, density, Math.fma(erf(v * SQRT_HALF), 0.5f, 0.5f));
  }

  /** {@code (1 + t)/2 + v/2·(1 - t²)·√(2/π)·(1 + 3·0.044715·v²)} with the tanh t of GELU. */
  private static float geluTanhSlope(float value) {
    float v = Math.max(Math.min(value, GELU_TANH_LIMIT), -GELU_TANH_LIMIT);
    float slope = Math.fma(v * GELU_CUBE, v, 1f);
    float t = tanh(v * SQRT_2_BY_PI * slope);
    float inner = Math.fma(v * GELU_CUBE_3, v, 1f) * SQRT_2_BY_PI;
    return Math.fma(v * 0.5f * Math.fma(-t, t, 1f), inner, Math.fma(t, 0.5f, 0.5f));
  }

  /** {@code s + v·s·(1 - s)} with the logistic sigmoid s. */
  private static float siluSlope(float v) {
    float s = Math.fma(tanh(v * 0.5f), 0.5f, 0.5f);
    return Math.fma(v * s, 1f - s, s);
  }

  private static float tanhSlope(float v) {
    float t = tanh(v);
    return Math.fma(-t, t, 1f);
  }

  /**
   * The logarithm of a sum of exponentials, of which {@code sum} is what softmax computes: each
   * times {@code 2^r / e^max}, where r is the rounding of {@code -max·log2(e)}.
   */
  static double logSumExp(float max, float sum) {
    float factor = softmaxFactor(1f);
    float rounding = Math.fma(max, factor, -max * factor);
    return max == Float.POSITIVE_INFINITY
        ? Double.NaN
        : max - rounding * LN_2 + StrictMath.log(sum);
  }

  /** The sum of 16 lanes by a fixed tree: 8 apart, then 4, 2 and 1. */
  static float fold(float[] lanes) {
    return fold(lanes, 0);
  }

  /** The same of the 16 lanes from {@code at} on. */
  static float fold(float[] lanes, int at) {
    float s0 = (lanes[at] + lanes[at + 8]) + (lanes[at + 4] + lanes[at + 12]);
    float s1 = (lanes[at + 1] + lanes[at + 9]) + (lanes[at + 5] + lanes[at + 13]);
    float s2 = (lanes[at + 2] + lanes[at + 10]) + (lanes[at + 6] + lanes[at + 14]);
    float s3 = (lanes[at + 3] + lanes[at + 11]) + (lanes[at + 7] + lanes[at + 15]);
    return (s0 + s2) + (s1 + s3);
  }

  /** What softmax multiplies its scores by, {@code scale·log2(e)}: it works in powers of two. */
  static float softmaxFactor(float scale) {
    return scale * LOG2_E;
  }

  /**
   * What softmax adds to each score times {@code factor}: {@code -max·factor}. Where the rounding
   * of that product alone could lift a score above the range of {@link #exp2} it is NaN, so that
   * the row becomes NaN and not a wrong number; that takes scores beyond 1e9.
   */
  static float softmaxShift(float max, float factor) {
    float shift = -max * factor;
    return Math.fma(max, factor, shift) < SOFTMAX_ROUNDING_LIMIT ? shift : Float.NaN;
  }

  /**
   * {@code 1 / sqrt(sumOfSquares / n + epsilon)}, in double, rounded once. NaN where the sum has
   * overflowed: zero would hide it.
   */
  static float reciprocalDeviation(float sumOfSquares, int n, double epsilon) {
    float variance = sumOfSquares / n;
    return Float.isFinite(variance) ? (float) (1 / Math.sqrt(variance + epsilon)) : Float.NaN;
  }

  /**
   * {@code 1 / max(sqrt(sumOfSquares), 1e-12)}, in double, rounded once. NaN where the sum has
   * overflowed: zero would hide it.
   */
  static float reciprocalNorm(float sumOfSquares) {
    return Float.isFinite(sumOfSquares)
        ? (float) (1 / Math.max(Math.sqrt(sumOfSquares), SMALLEST_NORM))
        : Float.NaN;
  }
}
