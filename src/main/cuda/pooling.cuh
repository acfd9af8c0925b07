// From hidden states to the vectors of sequences.
#pragma once
#include "norms.cuh"

enum Pooling { MEAN = 0, FIRST = 1, LARGEST = 2, LAST = 3, MEAN_SQUARE_ROOT = 4, WEIGHTED_MEAN = 5 };

/// Blocks of threads of 4 columns each for a sequence: vectors [n, pitch] from column `column` on, of hidden [T, D] without the first
/// `skipped` tokens of each sequence. One that has no other has zeros.
HEED_KERNEL HEED_BOUNDS(256, 4) pool(
    const bfloat16* hidden, const int* starts, float* vectors, int width, int pitch, int column, int pooling, int skipped) {
  int sequence = block_x(), c = (block_y() * block_threads() + thread_index()) * 4;
  if (c >= width) return;
  int from = starts[sequence] + skipped, to = starts[sequence + 1];
  float values[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  if (from < to) {
    int first = pooling == LAST ? to - 1 : from, end = pooling == FIRST ? from + 1 : to;
    if (pooling == LARGEST)
      for (int i = 0; i < 4; i++) values[i] = minus_infinity();
    float weights = 0.0f;
    for (int t = first; t < end; t++) {
      float row[4], weight = pooling == WEIGHTED_MEAN ? (float)(t - starts[sequence] + 1) : 1.0f;
      read_four(hidden + (size_t)t * width + c, row);
      weights += weight;
      for (int i = 0; i < 4; i++) {
        bool larger = row[i] > values[i] || row[i] != row[i];
        values[i] = pooling == LARGEST ? (larger ? row[i] : values[i]) : multiply_add(weight, row[i], values[i]);
      }
    }
    if (pooling == MEAN || pooling == WEIGHTED_MEAN)
      for (int i = 0; i < 4; i++) values[i] = divide(values[i], weights);
    if (pooling == MEAN_SQUARE_ROOT)
      for (int i = 0; i < 4; i++) values[i] = divide(values[i], square_root(weights));
  }
  write_four(vectors + (size_t)sequence * pitch + column + c, values);
}
HEED_KNOWN(pool)

/// A warp for each vector: the first `kept` of its values, scaled to length 1 where `unit` says so; flags those that are not finite.
HEED_KERNEL HEED_BOUNDS(128, 8) finish(const float* vectors, float* out, int* flags, int count, int pitch, int kept, int unit) {
  int sequence = block_x() * (block_threads() >> 5) + (thread_index() >> 5), lane = thread_index() & 31;
  if (sequence >= count) return;
  const float* vector = vectors + (size_t)sequence * pitch;
  float scale = 1.0f;
  if (unit) {
    float squares = 0.0f;
    for (int c = lane; c < kept; c += 32) squares = multiply_add(vector[c], vector[c], squares);
    squares = sum_of_warp(squares);
    // With what is no number where the squares have overflowed: zero would hide it.
    scale = multiply_add(squares, 0.0f, divide(1.0f, fmaxf(square_root(squares), 1e-12f)));
  }
  float zeros = 0.0f;
  for (int c = lane; c < kept; c += 32) {
    float value = vector[c] * scale;
    zeros = multiply_add(value, 0.0f, zeros);
    out[(size_t)sequence * kept + c] = value;
  }
  zeros = sum_of_warp(zeros);
  if (lane == 0 && !is_finite(zeros)) flags[sequence] |= NOT_FINITE;
}
HEED_KNOWN(finish)
