// Numbers in memory and over a warp.
#pragma once
#include "instructions.cuh"

typedef uint16_t bfloat16;

HEED_INLINE float low_of(uint32_t word) { return as_float(word << 16); }
HEED_INLINE float high_of(uint32_t word) { return as_float(word & 0xffff0000u); }
HEED_INLINE float minus_infinity() { return as_float(0xff800000u); }
HEED_INLINE bool is_finite(float value) { return (as_bits(value) & 0x7f800000u) != 0x7f800000u; }

/// Four values that stand side by side, aligned to their size.
HEED_INLINE void read_four(const bfloat16* from, float (&values)[4]) {
  uint2 words = *(const uint2*)from;
  values[0] = low_of(words.x);
  values[1] = high_of(words.x);
  values[2] = low_of(words.y);
  values[3] = high_of(words.y);
}
HEED_INLINE void read_four(const float* from, float (&values)[4]) {
  float4 all = *(const float4*)from;
  values[0] = all.x;
  values[1] = all.y;
  values[2] = all.z;
  values[3] = all.w;
}
HEED_INLINE void write_four(bfloat16* to, const float (&values)[4]) {
  uint2 words;
  words.x = to_bfloat16(values[0], values[1]);
  words.y = to_bfloat16(values[2], values[3]);
  *(uint2*)to = words;
}
HEED_INLINE void write_four(float* to, const float (&values)[4]) {
  *(float4*)to = make_float4(values[0], values[1], values[2], values[3]);
}

/// The sum of all lanes, in one order, the same in each lane.
HEED_INLINE float sum_of_warp(float value) {
#pragma unroll
  for (int mask = 16; mask > 0; mask >>= 1) value += from_lane(value, mask);
  return value;
}
