// What follows a product, by the numbers that Java's Activation has here.
#pragma once
#include "numbers.cuh"

/// What becomes of a product beside its activation.
enum Ending { ALONE, WITH_RESIDUAL, GATED, TURNED };

enum Activation { NONE = 0, GELU = 1, GELU_TANH = 2, RELU = 3, SILU = 4 };

/// x Phi(x), the tail of Phi by Abramowitz and Stegun 7.1.26: within 2e-7 |x|, which bfloat16 does not see.
HEED_INLINE float gelu(float x) {
  float z = fabsf(x) * 0.70710678f;
  float t = reciprocal_approximate(multiply_add(0.3275911f, z, 1.0f));
  float series = multiply_add(1.061405429f, t, -1.453152027f);
  series = multiply_add(series, t, 1.421413741f);
  series = multiply_add(series, t, -0.284496736f);
  series = multiply_add(series, t, 0.254829592f);
  float tail = 0.5f * series * t * exp2_approximate(z * z * -1.44269504f);
  return x * (x < 0.0f ? tail : 1.0f - tail);
}

/// x / (1 + e^-x)
HEED_INLINE float silu(float x) { return x * reciprocal_approximate(1.0f + exp2_approximate(x * -1.44269504f)); }

/// GPT-2's form, x (1 + tanh(u)) / 2 with u = sqrt(2/pi) (x + 0.044715 x^3), where (1 + tanh(u)) / 2 = 1 / (1 + e^-2u).
HEED_INLINE float gelu_tanh(float x) {
  float u = 1.59576912f * x * multiply_add(0.044715f * x, x, 1.0f);
  return x * reciprocal_approximate(1.0f + exp2_approximate(u * -1.44269504f));
}

template <int ACTIVATION> HEED_INLINE float activated(float x) {
  if (ACTIVATION == GELU) return gelu(x);
  if (ACTIVATION == GELU_TANH) return gelu_tanh(x);
  if (ACTIVATION == RELU) return x > 0.0f || x != x ? x : 0.0f;
  if (ACTIVATION == SILU) return silu(x);
  return x;
}
