// out [M, N] = activation(a [M, K] w [N, K]^T + bias [N]) + residual [M, N], bfloat16 with float32 sums. N and K are multiples of 8.
// Or, of maps of which one is the gate of the other, out [M, N / 2] = activation(gate) x other, where w has 8 rows of the gate, then
// the 8 of the other, and so on. Or heads, of which queries and keys are turned by their positions.
//
// A block makes a tile of 128 x 128 in 8 warps of 64 x 32, from slices of 64 values of K that three stages of shared memory
// hold. Each sum runs over K in one order, whatever stands beside it.
#pragma once
#include "activations.cuh"
#include "rotation.cuh"

const int TILE = 128;
const int SLICE = 64;
const int STAGES = 3;
const int TILE_BYTES = TILE * SLICE * 2;
const int PRODUCT_THREADS = 256;
/// Values behind each row of the finished tile in shared memory, which keep the rows of a fragment in other banks.
const int FINISHED_PADDING = 8;

/// Where chunk c of 16 bytes of row r of a slice stands, so that a column of 8 rows falls into 8 banks of 16 bytes.
HEED_INLINE uint32_t place_in_slice(int r, int c) { return r * (SLICE * 2) + ((c ^ (r & 7)) << 4); }

/// Starts the copy of 128 rows of 64 values from column k on. Rows behind the last repeat it, for what they yield is not written;
/// columns behind the last are zeros.
HEED_INLINE void start_slice(uint32_t shared, const bfloat16* matrix, int row, int rows, int k, int columns) {
#pragma unroll
  for (int i = 0; i < TILE * SLICE / 8 / PRODUCT_THREADS; i++) {
    int piece = thread_index() + i * PRODUCT_THREADS, r = piece / (SLICE / 8), c = piece % (SLICE / 8);
    int from = row + r < rows ? row + r : rows - 1, column = k + c * 8;
    bool there = column < columns;
    start_copy(shared + place_in_slice(r, c), matrix + (size_t)from * columns + (there ? column : 0), there);
  }
}

template <int ACTIVATION, int ENDING>
HEED_INLINE void product(const bfloat16* a, const bfloat16* w, const float* bias, const bfloat16* residual, const Turn& turn, bfloat16* out,
    int M, int N, int K) {
  HEED_SHARED(shared);
  uint32_t base = shared_address(shared);
  int lane = thread_index() & 31, warp = thread_index() >> 5;
  int row0 = block_y() * TILE, column0 = block_x() * TILE;
  int warp_row = (warp & 1) * 64, warp_column = (warp >> 1) * 32;
  int slices = (K + SLICE - 1) / SLICE;
  float sums[4][4][4];
#pragma unroll
  for (int i = 0; i < 4; i++)
#pragma unroll
    for (int j = 0; j < 4; j++)
#pragma unroll
      for (int e = 0; e < 4; e++) sums[i][j][e] = 0.0f;

  for (int s = 0; s < STAGES - 1; s++) {
    if (s < slices) {
      start_slice(base + s * 2 * TILE_BYTES, a, row0, M, s * SLICE, K);
      start_slice(base + s * 2 * TILE_BYTES + TILE_BYTES, w, column0, N, s * SLICE, K);
    }
    end_group();
  }
  for (int s = 0; s < slices; s++) {
    wait_for_copies<STAGES - 2>();
    // Slice s is there for all, and all are through with slice s - 1, into whose place the next one goes.
    meet_block();
    int next = s + STAGES - 1;
    if (next < slices) {
      uint32_t stage = base + next % STAGES * 2 * TILE_BYTES;
      start_slice(stage, a, row0, M, next * SLICE, K);
      start_slice(stage + TILE_BYTES, w, column0, N, next * SLICE, K);
    }
    end_group();
    uint32_t slice_a = base + s % STAGES * 2 * TILE_BYTES, slice_w = slice_a + TILE_BYTES;
#pragma unroll
    for (int k = 0; k < SLICE / 16; k++) {
      uint32_t rows[4][4], columns[2][4];
#pragma unroll
      for (int i = 0; i < 4; i++) load_matrices(rows[i], slice_a + place_in_slice(warp_row + i * 16 + (lane & 15), 2 * k + (lane >> 4)));
#pragma unroll
      for (int j = 0; j < 2; j++)
        load_matrices(columns[j], slice_w + place_in_slice(warp_column + j * 16 + (lane & 7) + (lane >> 4) * 8, 2 * k + (lane >> 3 & 1)));
#pragma unroll
      for (int i = 0; i < 4; i++)
#pragma unroll
        for (int j = 0; j < 4; j++) multiply_matrices(sums[i][j], rows[i], columns[j / 2][j % 2 * 2], columns[j / 2][j % 2 * 2 + 1]);
    }
  }
  wait_for_copies<0>();
  meet_block();

  // Through shared memory in float32, so that whole lines are read and written, and the sum is rounded once.
  const int COLUMNS = ENDING == GATED ? TILE / 2 : TILE, PITCH = COLUMNS + FINISHED_PADDING;
  float* finished = (float*)shared;
#pragma unroll
  for (int j = 0; j < 4; j += ENDING == GATED ? 2 : 1) {
    int column = warp_column + j * 8 + (lane & 3) * 2, to = ENDING == GATED ? (warp_column + j * 8) / 2 + (lane & 3) * 2 : column;
    bool there = column0 + column < N;
    const float* biases = bias + (there ? column0 + column : 0);
    float bias0 = biases[0], bias1 = biases[1], bias2 = 0.0f, bias3 = 0.0f;
    if (ENDING == GATED) {
      bias2 = biases[8];
      bias3 = biases[9];
    }
#pragma unroll
    for (int i = 0; i < 4; i++)
#pragma unroll
      for (int half = 0; half < 2; half++) {
        int row = warp_row + i * 16 + half * 8 + (lane >> 2);
        float2 pair;
        pair.x = activated<ACTIVATION>(sums[i][j][2 * half] + bias0);
        pair.y = activated<ACTIVATION>(sums[i][j][2 * half + 1] + bias1);
        if (ENDING == GATED) {
          pair.x *= sums[i][(j + 1) % 4][2 * half] + bias2;
          pair.y *= sums[i][(j + 1) % 4][2 * half + 1] + bias3;
        }
        if (ENDING == TURNED && row0 + row < M) pair = turned(pair, turn, row0 + row, column0 + column);
        *(float2*)(finished + row * PITCH + to) = pair;
      }
  }
  meet_block();
  int out0 = ENDING == GATED ? column0 / 2 : column0, width = ENDING == GATED ? N / 2 : N;
#pragma unroll 4
  for (int i = 0; i < TILE * COLUMNS / 4 / PRODUCT_THREADS; i++) {
    int piece = thread_index() + i * PRODUCT_THREADS, r = piece / (COLUMNS / 4), c = piece % (COLUMNS / 4) * 4;
    if (row0 + r >= M || out0 + c >= width) continue;
    size_t at = (size_t)(row0 + r) * width + out0 + c;
    float values[4];
    read_four(finished + r * PITCH + c, values);
    if (ENDING == WITH_RESIDUAL) {
      float other[4];
      read_four(residual + at, other);
      for (int e = 0; e < 4; e++) values[e] += other[e];
    }
    write_four(out + at, values);
  }
}

#define HEED_PRODUCT(name, ACTIVATION, ENDING)                                                                              \
  HEED_KERNEL HEED_BOUNDS(256, 1) name(const bfloat16* a, const bfloat16* w, const float* bias, const bfloat16* residual,   \
      bfloat16* out, int M, int N, int K) {                                                                                 \
    product<ACTIVATION, ENDING>(a, w, bias, residual, Turn(), out, M, N, K);                                                \
  }                                                                                                                         \
  HEED_KNOWN(name)

HEED_PRODUCT(product_none, NONE, ALONE)
HEED_PRODUCT(product_gelu, GELU, ALONE)
HEED_PRODUCT(product_gelu_tanh, GELU_TANH, ALONE)
HEED_PRODUCT(product_relu, RELU, ALONE)
HEED_PRODUCT(product_silu, SILU, ALONE)
HEED_PRODUCT(product_residual, NONE, WITH_RESIDUAL)
HEED_PRODUCT(product_gated_gelu, GELU, GATED)
HEED_PRODUCT(product_gated_gelu_tanh, GELU_TANH, GATED)
HEED_PRODUCT(product_gated_relu, RELU, GATED)
HEED_PRODUCT(product_gated_silu, SILU, GATED)

HEED_KERNEL HEED_BOUNDS(256, 1) product_turned(
    const bfloat16* a, const bfloat16* w, const float* bias, Turn turn, bfloat16* out, int M, int N, int K) {
  product<NONE, TURNED>(a, w, bias, nullptr, turn, out, M, N, K);
}
HEED_KNOWN(product_turned)
