// Attention of the tokens of each sequence to those of the same sequence, of any lengths side by side.
//
// A block has 64 queries of a head, 16 a warp, and passes over the keys that they see, 64 at a time from a multiple of 64 on, with
// the softmax rescaled as it goes (Milakov and Gimelshein, 2018; Dao et al., 2022). Which other sequences there are changes nothing.
#pragma once
#include "numbers.cuh"

const int QUERIES = 64;
const int KEYS = 64;
const int ATTENTION_THREADS = 128;

/// The queries of a block: the first row of their sequence, its tokens, and the first query of the block among them. Their scores
/// are multiplied by the factor.
struct alignas(16) Queries {
  int from, length, first;
  float factor;
};

/// The heads of a layer.
struct Heads {
  /// [heads, 2 reach + 1], what is added to a score by how far the key stands behind the query.
  const float* bias;
  int reach;
  /// Heads of queries, and of keys and values, each of which as many of the queries share.
  int count, shared;
  /// Values of a head, a multiple of 8.
  int width;
  /// Query q sees the keys from q - before to q + after.
  int before, after;
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

/// projected [T, (count + 2 shared) width] has the queries of all heads side by side, then the keys, then the values; context
/// [T, count width]. The width is at most HEAD; scale is log2(e) times that of the scores.
template <int HEAD, bool BIASED>
HEED_INLINE void attend(const bfloat16* projected, const Queries* blocks, const Heads& heads, bfloat16* context, float scale) {
  HEED_SHARED(shared);
  const int ROWS_BYTES = KEYS * HEAD * 2;
  Queries mine = blocks[block_x()];
  scale *= mine.factor;
  int width = heads.width, columns = heads.count * width, columns_shared = heads.shared * width, pitch = columns + 2 * columns_shared;
  int lane = thread_index() & 31, warp = thread_index() >> 5, quad_row = lane >> 2, quad = lane & 3;
  uint32_t query_rows = shared_address(shared), key_rows = query_rows + ROWS_BYTES;
  const bfloat16* query = projected + (size_t)mine.from * pitch + block_y() * width;
  const bfloat16* key = projected + (size_t)mine.from * pitch + columns + block_y() / (heads.count / heads.shared) * width;
  const bfloat16* value = key + columns_shared;
  // The queries of the warp, which may be more than there are, and the keys that the block sees.
  int lowest = mine.first + warp * 16, highest = lowest + 15;
  int nearest = mine.first > heads.before ? mine.first - heads.before : 0;
  int farthest = mine.first + QUERIES - 1 + heads.after;
  if (farthest >= mine.length) farthest = mine.length - 1;
  int begin = nearest / KEYS, parts = farthest / KEYS + 1;
  bool idle = lowest >= mine.length;

  start_rows<HEAD>(query_rows, query, mine.first, mine.length, width, pitch);
  start_rows<HEAD>(key_rows, key, begin * KEYS, mine.length, width, pitch);
  start_rows<HEAD>(key_rows + ROWS_BYTES, value, begin * KEYS, mine.length, width, pitch);
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

  for (int part = begin; part < parts; part++) {
    uint32_t keys = key_rows + ((part - begin) & 1) * 2 * ROWS_BYTES, values = keys + ROWS_BYTES;
    if (part + 1 < parts) {
      uint32_t next = key_rows + ((part + 1 - begin) & 1) * 2 * ROWS_BYTES;
      start_rows<HEAD>(next, key, (part + 1) * KEYS, mine.length, width, pitch);
      start_rows<HEAD>(next + ROWS_BYTES, value, (part + 1) * KEYS, mine.length, width, pitch);
    }
    end_group();
    wait_for_copies<1>();
    meet_block();
    if (part == begin) {
#pragma unroll
      for (int i = 0; i < HEAD / 16; i++) load_matrices(own[i], query_rows + place_of<HEAD>(warp * 16 + (lane & 15), 2 * i + (lane >> 4)));
    }
    int first = part * KEYS, last = first + KEYS - 1;
    bool sees = first <= highest + heads.after && last >= lowest - heads.before;
    if (!idle && sees) {
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
      if (BIASED) {
        const float* bias = heads.bias + (size_t)block_y() * (2 * heads.reach + 1) + heads.reach;
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
          for (int e = 0; e < 4; e++) {
            int distance = first + n * 8 + quad * 2 + (e & 1) - (lowest + quad_row + (e >> 1) * 8);
            // Queries and keys behind the last are farther apart than any that are there.
            distance = distance < -heads.reach ? -heads.reach : distance > heads.reach ? heads.reach : distance;
            scores[n][e] += bias[distance];
          }
      }
      if (last >= mine.length || last > lowest + heads.after || first < highest - heads.before) {
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++)
#pragma unroll
          for (int e = 0; e < 4; e++) {
            int k = first + n * 8 + quad * 2 + (e & 1), distance = k - (lowest + quad_row + (e >> 1) * 8);
            if (k >= mine.length || distance > heads.after || distance < -heads.before) scores[n][e] = minus_infinity();
          }
      }
#pragma unroll
      for (int half = 0; half < 2; half++) {
        float most = largest[half];
#pragma unroll
        for (int n = 0; n < KEYS / 8; n++) most = fmaxf(most, fmaxf(scores[n][2 * half], scores[n][2 * half + 1]));
        most = fmaxf(most, from_lane(most, 1));
        most = fmaxf(most, from_lane(most, 2));
        // A query that sees none of these keys and none before them has no largest score yet.
        float base = most == minus_infinity() ? 0.0f : most;
        float before = exp2_approximate((largest[half] - base) * scale), shift = -base * scale, added = 0.0f;
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
      const bfloat16* projected, const Queries* blocks, Heads heads, bfloat16* context, float scale) {                           \
    attend<HEAD, false>(projected, blocks, heads, context, scale);                                                               \
  }                                                                                                                              \
  HEED_KNOWN(attention_##HEAD)                                                                                                   \
  HEED_KERNEL HEED_BOUNDS(128, BLOCKS) attention_biased_##HEAD(                                                                  \
      const bfloat16* projected, const Queries* blocks, Heads heads, bfloat16* context, float scale) {                           \
    attend<HEAD, true>(projected, blocks, heads, context, scale);                                                                \
  }                                                                                                                              \
  HEED_KNOWN(attention_biased_##HEAD)

HEED_ATTENTION(32, 4)
HEED_ATTENTION(64, 3)
HEED_ATTENTION(128, 2)
