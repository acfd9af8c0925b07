// Attention of the tokens of each sequence to all of the same sequence, of any lengths side by side.
//
// A block has 64 queries of a head, 16 a warp, and passes over the keys 64 at a time from the sequence's first, with the softmax
// rescaled as it goes (Milakov and Gimelshein, 2018; Dao et al., 2022). Which other sequences there are changes nothing.
#pragma once
#include "numbers.cuh"

const int QUERIES = 64;
const int KEYS = 64;
const int ATTENTION_THREADS = 128;

/// The queries of a block: the first row of their sequence, its tokens, and the first query of the block among them.
struct alignas(16) Queries {
  int from, length, first, unused;
};

/// Where chunk c of 16 bytes of row r of HEAD values stands, so that a column of 8 rows falls into 8 banks of 16 bytes.
template <int HEAD> HEED_INLINE uint32_t place_of(int r, int c) {
  return HEAD == 32 ? r * 64 + ((c ^ (r >> 1 & 3)) << 4) : r * (HEAD * 2) + ((c ^ (r & 7)) << 4);
}

/// Starts the copy of 64 rows of a head; zeros behind the sequence's end and behind the head's own width.
template <int HEAD>
HEED_INLINE void start_rows(uint32_t shared, const bfloat16* head, int row, int length, int width, int pitch) {
#pragma unroll
  for (int i = 0; i < KEYS * HEAD / 8 / ATTENTION_THREADS; i++) {
    int piece = thread_index() + i * ATTENTION_THREADS, r = piece / (HEAD / 8), c = piece % (HEAD / 8);
    bool there = row + r < length && c * 8 < width;
    start_copy(shared + place_of<HEAD>(r, c), head + (there ? (size_t)(row + r) * pitch + c * 8 : 0), there);
  }
}

/// queries, keys and values of all heads side by side in a row of [T, 3 heads width]; context [T, heads width].
/// width is the head's, at most HEAD and a multiple of 8; scale is log2(e) times that of the scores.
template <int HEAD>
HEED_INLINE void attend(const bfloat16* projected, const Queries* blocks, bfloat16* context, int heads, int width, float scale) {
  HEED_SHARED(shared);
  const int ROWS_BYTES = KEYS * HEAD * 2;
  Queries mine = blocks[block_x()];
  int columns = heads * width, pitch = 3 * columns;
  int lane = thread_index() & 31, warp = thread_index() >> 5, quad_row = lane >> 2, quad = lane & 3;
  uint32_t query_rows = shared_address(shared), key_rows = query_rows + ROWS_BYTES;
  const bfloat16* query = projected + (size_t)mine.from * pitch + block_y() * width;
  const bfloat16* key = query + columns;
  const bfloat16* value = key + columns;
  int parts = (mine.length + KEYS - 1) / KEYS;
  bool idle = mine.first + warp * 16 >= mine.length;

  start_rows<HEAD>(query_rows, query, mine.first, mine.length, width, pitch);
  start_rows<HEAD>(key_rows, key, 0, mine.length, width, pitch);
  start_rows<HEAD>(key_rows + ROWS_BYTES, value, 0, mine.length, width, pitch);
  end_group();

  uint32_t own[HEAD / 16][4];
  float sums[HEAD / 8][4], largest[2], total[2];
#pragma unroll
  for (int half = 0; half < 2; half++) {
    largest[half] = minus_infinity();
    total[half] = 0.0f;
  }
#pragma unroll
  for (int d = 0; d < HEAD / 8; d++)
#pragma unroll
    for (int e = 0; e < 4; e++) sums[d][e] = 0.0f;

  for (int part = 0; part < parts; part++) {
    uint32_t keys = key_rows + (part & 1) * 2 * ROWS_BYTES, values = keys + ROWS_BYTES;
    if (part + 1 < parts) {
      uint32_t next = key_rows + ((part + 1) & 1) * 2 * ROWS_BYTES;
      start_rows<HEAD>(next, key, (part + 1) * KEYS, mine.length, width, pitch);
      start_rows<HEAD>(next + ROWS_BYTES, value, (part + 1) * KEYS, mine.length, width, pitch);
    }
    end_group();
    wait_for_copies<1>();
    meet_block();
    if (part == 0) {
#pragma unroll
      for (int i = 0; i < HEAD / 16; i++) load_matrices(own[i], query_rows + place_of<HEAD>(warp * 16 + (lane & 15), 2 * i + (lane >> 4)));
    }
    if (!idle) {
      float scores[KEYS / 8][4];
#pragma unroll
      for (int n = 0; n < KEYS / 16; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) scores[2 * n][e] = scores[2 * n + 1][e] = 0.0f;
#pragma unroll
        for (int i = 0; i < HEAD / 16; i++) {
          uint32_t some[4];
          load_matrices(some, keys + place_of<HEAD>(n * 16 + (lane & 7) + (lane >> 4) * 8, 2 * i + (lane >> 3 & 1)));
          multiply_matrices(scores[2 * n], own[i], some[0], some[1]);
          multiply_matrices(scores[2 * n + 1], own[i], some[2], some[3]);
        }
      }
      if (part + 1 == parts) {
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
          for (int e = 0; e < 4; e++)
            if (part * KEYS + n * 8 + quad * 2 + (e & 1) >= mine.length) scores[n][e] = minus_infinity();
      }
#pragma unroll
      for (int half = 0; half < 2; half++) {
        float most = largest[half];
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++) most = fmaxf(most, fmaxf(scores[n][2 * half], scores[n][2 * half + 1]));
        most = fmaxf(most, from_lane(most, 1));
        most = fmaxf(most, from_lane(most, 2));
        float before = exp2_approximate((largest[half] - most) * scale), shift = -most * scale, added = 0.0f;
        largest[half] = most;
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
          for (int e = 2 * half; e < 2 * half + 2; e++) {
            scores[n][e] = exp2_approximate(multiply_add(scores[n][e], scale, shift));
            added += scores[n][e];
          }
        total[half] = multiply_add(total[half], before, added);
#pragma unroll
        for (int d = 0; d < HEAD / 8; d++) {
          sums[d][2 * half] *= before;
          sums[d][2 * half + 1] *= before;
        }
      }
#pragma unroll
      for (int n = 0; n < KEYS / 16; n++) {
        uint32_t weights[4] = {to_bfloat16(scores[2 * n][0], scores[2 * n][1]), to_bfloat16(scores[2 * n][2], scores[2 * n][3]),
            to_bfloat16(scores[2 * n + 1][0], scores[2 * n + 1][1]), to_bfloat16(scores[2 * n + 1][2], scores[2 * n + 1][3])};
#pragma unroll
        for (int d = 0; d < HEAD / 16; d++) {
          uint32_t some[4];
          load_transposed(some, values + place_of<HEAD>(n * 16 + (lane & 15), 2 * d + (lane >> 4)));
          multiply_matrices(sums[2 * d], weights, some[0], some[1]);
          multiply_matrices(sums[2 * d + 1], weights, some[2], some[3]);
        }
      }
    }
    // All are through with these keys, into whose place the part after the next goes.
    meet_block();
  }

  if (idle) return;
  // Through the warp's own 16 rows of queries, so that whole rows are written.
#pragma unroll
  for (int half = 0; half < 2; half++) {
    float all = total[half];
    all += from_lane(all, 1);
    all += from_lane(all, 2);
    float inverse = divide(1.0f, all);
    int r = warp * 16 + half * 8 + quad_row;
#pragma unroll
    for (int d = 0; d < HEAD / 8; d++)
      *(uint32_t*)(shared + place_of<HEAD>(r, d) + quad * 4) = to_bfloat16(sums[d][2 * half] * inverse, sums[d][2 * half + 1] * inverse);
  }
  meet_warp();
#pragma unroll
  for (int i = 0; i < HEAD / 16; i++) {
    int piece = lane + i * 32, r = warp * 16 + piece / (HEAD / 8), c = piece % (HEAD / 8);
    if (mine.first + r < mine.length && c * 8 < width)
      *(uint4*)(context + (size_t)(mine.from + mine.first + r) * columns + block_y() * width + c * 8) =
          *(const uint4*)(shared + place_of<HEAD>(r, c));
  }
}

#define HEED_ATTENTION(HEAD, BLOCKS)                                                                                             \
  HEED_KERNEL HEED_BOUNDS(128, BLOCKS) attention_##HEAD(                                                                         \
      const bfloat16* projected, const Queries* blocks, bfloat16* context, int heads, int width, float scale) {                  \
    attend<HEAD>(projected, blocks, context, heads, width, scale);                                                               \
  }                                                                                                                              \
  HEED_KNOWN(attention_##HEAD)

HEED_ATTENTION(32, 4)
HEED_ATTENTION(64, 3)
HEED_ATTENTION(128, 2)
