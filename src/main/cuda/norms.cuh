// Rows of D values in the registers of a warp: embeddings, and what normalises. D is a multiple of 4, at most 128 CHUNKS.
#pragma once
#include "numbers.cuh"

/// Bits of a sequence's flags.
enum Flag { UNKNOWN_TOKEN = 1, NOT_FINITE = 2 };

/// What normalises, by the numbers that Java's DeviceNorm has here.
enum NormForm { NO_NORM = 0, LAYER_NORM = 1, ROOT_MEAN_SQUARE = 2 };

/// How rows are normalised: gain [D], and bias [D] of a layer norm.
struct Norm {
  const float* gain;
  const float* bias;
  int form;
  float epsilon;
};

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

  /// A layer norm, gain (x - mean) / sqrt(variance + epsilon) + bias, in two passes; or gain x / sqrt(mean of squares + epsilon).
  HEED_INLINE void normalize(const Norm& norm, int width) {
    if (norm.form == NO_NORM) return;
    bool layer = norm.form == LAYER_NORM;
    float mean = 0.0f;
    if (layer) {
      float sum = 0.0f;
#pragma unroll
      for (int j = 0; j < CHUNKS; j++)
        for (int i = 0; i < 4; i++) sum += values[j][i];
      mean = divide(sum_of_warp(sum), (float)width);
    }
    float squares = 0.0f;
#pragma unroll
    for (int j = 0; j < CHUNKS; j++)
      for (int i = 0; i < 4; i++) {
        values[j][i] = column(j) < width ? values[j][i] - mean : 0.0f;
        squares = multiply_add(values[j][i], values[j][i], squares);
      }
    float variance = divide(sum_of_warp(squares), (float)width);
    // With what is no number where the squares have overflowed: zero would hide it.
    float scale = multiply_add(variance, 0.0f, divide(1.0f, square_root(variance + norm.epsilon)));
#pragma unroll
    for (int j = 0; j < CHUNKS; j++) {
      if (column(j) >= width) continue;
      float g[4], b[4] = {0.0f, 0.0f, 0.0f, 0.0f};
      read_four(norm.gain + column(j), g);
      if (layer) read_four(norm.bias + column(j), b);
      for (int i = 0; i < 4; i++) values[j][i] = multiply_add(values[j][i] * scale, g[i], b[i]);
    }
  }

  HEED_INLINE void write(bfloat16* to, int width) const {
#pragma unroll
    for (int j = 0; j < CHUNKS; j++)
      if (column(j) < width) write_four(to + column(j), values[j]);
  }
};

/// How tokens take rows of the position embeddings, where no id of padding says it: 0, 1, 2 and so on, or all the first.
enum Places { IN_ORDER = -1, ALIKE = -2 };

/// Which row of the position embeddings token t takes. Where `padding` is an id, as in fairseq's models, tokens are counted from
/// behind it, and one that is padding takes the row of its id and is not counted.
HEED_INLINE int position_of(const int* tokens, int t, int padding) {
  if (padding < 0) return padding == ALIKE ? 0 : t;
  if (tokens[t] == padding) return padding;
  float counted = 0.0f;
  for (int i = thread_index() & 31; i < t; i += 32) counted += tokens[i] != padding ? 1.0f : 0.0f;
  return padding + 1 + (int)sum_of_warp(counted);
}

/// A block of 4 warps for each sequence: words and positions, where there are some, added and normalised. Token types are in the
/// positions. ids of all rows; first [n], where those of a sequence begin; starts [n + 1], where it begins in hidden [T, D];
/// places [T] become the position of each token, which is the row of rotary positions that it takes.
template <int CHUNKS>
HEED_INLINE void embed(const int* ids, const int* first, const int* starts, const bfloat16* words, const float* positions,
    const Norm& norm, bfloat16* hidden, int* places, int* flags, int width, int vocabulary, int padding) {
  int sequence = block_x();
  int from = starts[sequence], length = starts[sequence + 1] - from;
  const int* tokens = ids + first[sequence];
  for (int t = thread_index() >> 5; t < length; t += 4) {
    int id = tokens[t];
    bool known = id >= 0 && id < vocabulary;
    if ((thread_index() & 31) == 0) {
      if (!known) flags[sequence] = UNKNOWN_TOKEN;
      places[from + t] = t;
    }
    Row<CHUNKS> row;
    row.read(words + (size_t)(known ? id : 0) * width, width);
    if (positions) row.add(positions + (size_t)position_of(tokens, t, padding) * width, width);
    row.normalize(norm, width);
    row.write(hidden + (size_t)(from + t) * width, width);
  }
}

/// A warp for each row: to = norm(from + added), where something is added. Rows of `from` and `to` are so far apart, which may be
/// the same; those of `added` stand side by side.
template <int CHUNKS>
HEED_INLINE void normalize(const bfloat16* from, const bfloat16* added, const Norm& norm, bfloat16* to, int from_pitch, int to_pitch,
    int rows, int width) {
  int index = block_x() * (block_threads() >> 5) + (thread_index() >> 5);
  if (index >= rows) return;
  Row<CHUNKS> row;
  row.read(from + (size_t)index * from_pitch, width);
  if (added) row.add(added + (size_t)index * width, width);
  row.normalize(norm, width);
  row.write(to + (size_t)index * to_pitch, width);
}

#define HEED_WIDTH(CHUNKS, EMBEDDING, BLOCKS)                                                                                         \
  HEED_KERNEL HEED_BOUNDS(128, EMBEDDING) embed_##CHUNKS(const int* ids, const int* first, const int* starts, const bfloat16* words,  \
      const float* positions, Norm norm, bfloat16* hidden, int* places, int* flags, int width, int vocabulary, int padding) {         \
    embed<CHUNKS>(ids, first, starts, words, positions, norm, hidden, places, flags, width, vocabulary, padding);                     \
  }                                                                                                                                   \
  HEED_KNOWN(embed_##CHUNKS)                                                                                                          \
  HEED_KERNEL HEED_BOUNDS(256, BLOCKS) normalize_##CHUNKS(const bfloat16* from, const bfloat16* added, Norm norm, bfloat16* to,       \
      int from_pitch, int to_pitch, int rows, int width) {                                                                            \
    normalize<CHUNKS>(from, added, norm, to, from_pitch, to_pitch, rows, width);                                                      \
  }                                                                                                                                   \
  HEED_KNOWN(normalize_##CHUNKS)

HEED_WIDTH(1, 5, 4)
HEED_WIDTH(2, 5, 4)
HEED_WIDTH(3, 5, 4)
HEED_WIDTH(4, 5, 4)
HEED_WIDTH(5, 5, 3)
HEED_WIDTH(6, 5, 4)
HEED_WIDTH(7, 5, 2)
HEED_WIDTH(8, 5, 3)
HEED_WIDTH(10, 3, 2)
HEED_WIDTH(12, 3, 2)
HEED_WIDTH(16, 2, 1)
