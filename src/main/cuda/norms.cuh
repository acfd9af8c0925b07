// Rows of D values in the registers of a warp: embeddings, and layer normalisation. D is a multiple of 4, at most 128 CHUNKS.
#pragma once
#include "numbers.cuh"

/// Bits of a sequence's flags.
enum Flag { UNKNOWN_TOKEN = 1, NOT_FINITE = 2 };

/// A row; lane l has the columns 4 (32 j + l) and the three after, for each chunk j. What is behind the width is zero.
template <int CHUNKS> struct Row {
  float values[CHUNKS][4];

  HEED_INLINE static int column(int chunk) { return (chunk * 32 + (thread_index() & 31)) * 4; }

  template <class Number> HEED_INLINE void read(const Number* from, int width) {
#pragma unroll
    for (int j = 0; j < CHUNKS; j++) {
      if (column(j) < width) {
        read_four(from + column(j), values[j]);
      } else {
        for (int i = 0; i < 4; i++) values[j][i] = 0.0f;
      }
    }
  }

  template <class Number> HEED_INLINE void add(const Number* from, int width) {
#pragma unroll
    for (int j = 0; j < CHUNKS; j++) {
      if (column(j) < width) {
        float other[4];
        read_four(from + column(j), other);
        for (int i = 0; i < 4; i++) values[j][i] += other[i];
      }
    }
  }

  /// gain (x - mean) / sqrt(variance + epsilon) + bias, in two passes.
  HEED_INLINE void normalize(const float* gain, const float* bias, float epsilon, int width, bfloat16* to) {
    float sum = 0.0f;
#pragma unroll
    for (int j = 0; j < CHUNKS; j++)
      for (int i = 0; i < 4; i++) sum += values[j][i];
    float mean = divide(sum_of_warp(sum), (float)width);
    float squares = 0.0f;
#pragma unroll
    for (int j = 0; j < CHUNKS; j++)
      for (int i = 0; i < 4; i++) {
        values[j][i] = column(j) < width ? values[j][i] - mean : 0.0f;
        squares = multiply_add(values[j][i], values[j][i], squares);
      }
    float variance = divide(sum_of_warp(squares), (float)width);
    float scale = divide(1.0f, square_root(variance + epsilon));
#pragma unroll
    for (int j = 0; j < CHUNKS; j++) {
      if (column(j) >= width) continue;
      float g[4], b[4];
      read_four(gain + column(j), g);
      read_four(bias + column(j), b);
      for (int i = 0; i < 4; i++) values[j][i] = multiply_add(values[j][i] * scale, g[i], b[i]);
      write_four(to + column(j), values[j]);
    }
  }
};

/// Which row of the position embeddings token t takes. Where `padding` is an id, as in fairseq's models, tokens are counted from
/// behind it, and one that is padding takes the row of its id and is not counted.
HEED_INLINE int position_of(const int* tokens, int t, int padding) {
  if (padding < 0) return t;
  if (tokens[t] == padding) return padding;
  float counted = 0.0f;
  for (int i = thread_index() & 31; i < t; i += 32) counted += tokens[i] != padding ? 1.0f : 0.0f;
  return padding + 1 + (int)sum_of_warp(counted);
}

/// A block of 4 warps for each sequence: words and positions added, and normalised. Token types are in the positions.
/// ids of all rows; first [n], where those of a sequence begin; starts [n + 1], where it begins in hidden [T, D].
template <int CHUNKS>
HEED_INLINE void embed(const int* ids, const int* first, const int* starts, const bfloat16* words, const float* positions,
    const float* gain, const float* bias, bfloat16* hidden, int* flags, int width, int vocabulary, int padding, float epsilon) {
  int sequence = block_x();
  int from = starts[sequence], length = starts[sequence + 1] - from;
  const int* tokens = ids + first[sequence];
  for (int t = thread_index() >> 5; t < length; t += 4) {
    int id = tokens[t];
    if (id < 0 || id >= vocabulary) {
      if ((thread_index() & 31) == 0) flags[sequence] = UNKNOWN_TOKEN;
      id = 0;
    }
    Row<CHUNKS> row;
    row.read(words + (size_t)id * width, width);
    row.add(positions + (size_t)position_of(tokens, t, padding) * width, width);
    row.normalize(gain, bias, epsilon, width, hidden + (size_t)(from + t) * width);
  }
}

/// A warp for each row: hidden [T, D] = layer norm of sums [T, D].
template <int CHUNKS>
HEED_INLINE void normalize(const bfloat16* sums, const float* gain, const float* bias, bfloat16* hidden, int rows, int width, float epsilon) {
  int row_index = block_x() * (block_threads() >> 5) + (thread_index() >> 5);
  if (row_index >= rows) return;
  Row<CHUNKS> row;
  row.read(sums + (size_t)row_index * width, width);
  row.normalize(gain, bias, epsilon, width, hidden + (size_t)row_index * width);
}

#define HEED_WIDTH(CHUNKS)                                                                                                          \
  HEED_KERNEL HEED_BOUNDS(128, 5) embed_##CHUNKS(const int* ids, const int* first, const int* starts, const bfloat16* words,        \
      const float* positions, const float* gain, const float* bias, bfloat16* hidden, int* flags, int width, int vocabulary,        \
      int padding, float epsilon) {                                                                                                 \
    embed<CHUNKS>(ids, first, starts, words, positions, gain, bias, hidden, flags, width, vocabulary, padding, epsilon);            \
  }                                                                                                                                 \
  HEED_KNOWN(embed_##CHUNKS)                                                                                                        \
  HEED_KERNEL HEED_BOUNDS(256, 4) normalize_##CHUNKS(const bfloat16* sums, const float* gain, const float* bias, bfloat16* hidden,  \
      int rows, int width, float epsilon) {                                                                                         \
    normalize<CHUNKS>(sums, gain, bias, hidden, rows, width, epsilon);                                                              \
  }                                                                                                                                 \
  HEED_KNOWN(normalize_##CHUNKS)

HEED_WIDTH(1)
HEED_WIDTH(2)
HEED_WIDTH(3)
HEED_WIDTH(4)
HEED_WIDTH(5)
HEED_WIDTH(6)
HEED_WIDTH(7)
HEED_WIDTH(8)
