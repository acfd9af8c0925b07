// Rotary positions of sequences whose frequencies depend on their length.
#pragma once
#include "numbers.cuh"

/// A sequence that is turned in a way of its own: its first row, its tokens, and the first of its rows of the table.
struct alignas(16) OwnTurn {
  int from, length, first, unused;
};

/// A thread for each pair of each token of the sequences, of which each has a row of blocks: fills `own` by frequencies [n, pairs],
/// radians from one token to the next, and says in places that these rows are taken.
HEED_KERNEL HEED_BOUNDS(128, 4) turn_own(
    const OwnTurn* sequences, const float* frequencies, int* places, float2* own, int pairs, float factor) {
  OwnTurn mine = sequences[block_y()];
  int t = (block_x() * 128 + thread_index()) / pairs, k = (block_x() * 128 + thread_index()) % pairs;
  if (t >= mine.length) return;
  float angle = (float)t * frequencies[block_y() * pairs + k];
  float2 turn;
  turn.x = cosine(angle) * factor;
  turn.y = sine(angle) * factor;
  own[(size_t)(mine.first + t) * pairs + k] = turn;
  if (k == 0) places[mine.from + t] = -1 - (mine.first + t);
}
HEED_KNOWN(turn_own)
