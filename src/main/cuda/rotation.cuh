// Rotary positions: pairs of values of a head turned by an angle that grows with the position of their token.
#pragma once
#include "numbers.cuh"

/// Of rows of heads side by side the first `columns` are turned, of each head the first `pairs` pairs of neighbours.
struct Turn {
  /// [T], the row of the table that each token takes, or -1 less a row of the other table.
  const int* places;
  /// [P, pairs] of a cosine and a sine: of all sequences, and of those that are turned in a way of their own.
  const float2* table;
  const float2* own;
  int columns, head, pairs, unused;
};

/// Columns `column`, an even number, and the next of a row.
HEED_INLINE float2 turned(float2 pair, const Turn& turn, int row, int column) {
  int k = column % turn.head >> 1;
  if (column >= turn.columns || k >= turn.pairs) return pair;
  int place = turn.places[row];
  float2 angle = place < 0 ? turn.own[(size_t)(-1 - place) * turn.pairs + k] : turn.table[(size_t)place * turn.pairs + k], result;
  result.x = multiply_add(pair.x, angle.x, -(pair.y * angle.y));
  result.y = multiply_add(pair.y, angle.x, pair.x * angle.y);
  return result;
}

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
