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
  // A table has fewer than 2^31 pairs: so many positions no model has.
  float2 angle = (place < 0 ? turn.own : turn.table)[(place < 0 ? -1 - place : place) * turn.pairs + k], result;
  result.x = multiply_add(pair.x, angle.x, -(pair.y * angle.y));
  result.y = multiply_add(pair.y, angle.x, pair.x * angle.y);
  return result;
}
