// Rotary positions: pairs of values of a head turned by an angle that grows with the position of their token.
#pragma once
#include "numbers.cuh"

/// places [T], the position of each row; table [P, pairs] of a cosine and a sine. Of rows of heads side by side the first `columns`
/// are turned, of each head the first `pairs` pairs of neighbours.
struct Turn {
  const int* places;
  const float2* table;
  int columns, head, pairs, unused;
};

/// Columns `column`, an even number, and the next of a row.
HEED_INLINE float2 turned(float2 pair, const Turn& turn, int row, int column) {
  int k = column % turn.head >> 1;
  if (column >= turn.columns || k >= turn.pairs) return pair;
  float2 angle = turn.table[(size_t)turn.places[row] * turn.pairs + k], result;
  result.x = multiply_add(pair.x, angle.x, -(pair.y * angle.y));
  result.y = multiply_add(pair.y, angle.x, pair.x * angle.y);
  return result;
}
