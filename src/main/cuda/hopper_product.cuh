// out [M, N] = activation(a [M, K] w [N, K]^T + bias [N]) + residual [M, N], gated or turned, as product.cuh has it, by Hopper's
// copies of tiles and products of warp groups.
//
// A block stays, and makes one tile of 128 x WIDTH after the other from slices of 64 values of K. One thread copies slices into a
// ring of stages; two groups of four warps take turns at tiles, so that one multiplies while the other finishes its tile. The
// tiles of a cluster's two blocks are one below the other, and each block copies half of the columns' slice to both. Each sum runs
// over K in one order, whatever stands beside it.
#pragma once
#include "activations.cuh"
#include "hopper_instructions.cuh"
#include "rotation.cuh"

namespace hopper {

const int HEIGHT = 128;
const int SLICE = 64;
const int BLOCKS = 2;
const int GROUP_THREADS = 128;
/// Columns of a tile that are finished together, and the bytes of a warp's 32 rows of them.
const int PART = 64;
const int PART_BYTES = 32 * PART * 2;
/// The meeting at which a group takes its turn is this one, or for the second group the next.
const int TURNS = 1;

/// Slices on their way from the copies to the products, of which filling f stands in stage f % STAGES. A stage has two barriers:
/// one for its bytes, and one for the warps of both blocks that have read it.
template <int WIDTH> struct Ring {
  static const int STAGES = WIDTH == 128 ? 5 : 4;
  static const int ROWS_BYTES = HEIGHT * SLICE * 2;
  static const int STAGE_BYTES = ROWS_BYTES + WIDTH * SLICE * 2;
  static const int FINISHED = STAGES * STAGE_BYTES;
  static const int BARRIERS = FINISHED + 8 * 2 * PART_BYTES;

  uint32_t base;

  HEED_INLINE uint32_t rows(uint32_t filling) const { return base + filling % STAGES * STAGE_BYTES; }
  HEED_INLINE uint32_t columns(uint32_t filling) const { return rows(filling) + ROWS_BYTES; }
  HEED_INLINE uint32_t full(uint32_t filling) const { return base + BARRIERS + filling % STAGES * 16; }
  HEED_INLINE uint32_t read(uint32_t filling) const { return full(filling) + 8; }

  HEED_INLINE void begin() const {
    for (uint32_t stage = 0; stage < STAGES; stage++) {
      begin_barrier(full(stage), 1);
      begin_barrier(read(stage), 4 * BLOCKS);
    }
    show_barriers();
  }
  HEED_INLINE void wait_until_full(uint32_t filling) const { wait_for_phase(full(filling), filling / STAGES & 1); }
  /// The first filling of a stage waits for the phase before its first, which counts as ended.
  HEED_INLINE void wait_until_read(uint32_t filling) const { wait_for_phase(read(filling), (filling / STAGES & 1) ^ 1); }
  /// A warp has read a filling, into whose place both blocks copy the next.
  HEED_INLINE void leave(uint32_t filling) const {
    int lane = thread_index() & 31;
    if (lane < BLOCKS) arrive_at(read(filling), lane);
  }
};

/// The tiles of a block, in the order that it makes them.
template <int WIDTH> struct Tiles {
  int columns, first, step, count;

  HEED_INLINE Tiles(int M, int N) {
    columns = (N + WIDTH - 1) / WIDTH;
    first = block_x() / BLOCKS;
    step = grid_width() / BLOCKS;
    count = ((M + HEIGHT * BLOCKS - 1) / (HEIGHT * BLOCKS) * columns - first + step - 1) / step;
  }
  HEED_INLINE int row(int i) const { return ((first + i * step) / columns * BLOCKS + block_of_cluster()) * HEIGHT; }
  HEED_INLINE int column(int i) const { return (first + i * step) % columns * WIDTH; }
};

/// Copies all slices of all tiles.
template <int WIDTH>
HEED_INLINE void copy_slices(const Ring<WIDTH>& ring, const Tiles<WIDTH>& tiles, const TensorMap* a, const TensorMap* w, int slices) {
  const int SHARE = WIDTH / BLOCKS;
  int share = block_of_cluster() * SHARE;
  uint32_t filling = 0;
  // Unrolled it would take more registers than it has.
#pragma unroll 1
  for (int i = 0; i < tiles.count; i++) {
    int row = tiles.row(i), column = tiles.column(i);
#pragma unroll 1
    for (int s = 0; s < slices; s++, filling++) {
      ring.wait_until_read(filling);
      expect_bytes(ring.full(filling), ring.STAGE_BYTES);
      start_tile(ring.rows(filling), a, ring.full(filling), s * SLICE, row);
      start_tile_for((1 << BLOCKS) - 1, ring.columns(filling) + share * SLICE * 2, w, ring.full(filling), s * SLICE, column + share);
    }
  }
}

/// Where rows of 128 bytes begin at an address that is a multiple of 1024, 8 of them after the other, swizzled as start_tile() does.
HEED_INLINE uint64_t operand(uint32_t address) {
  const uint64_t SWIZZLED = 1ull << 62, BYTES_OF_EIGHT = (uint64_t)(8 * SLICE * 2 >> 4) << 32;
  return SWIZZLED | BYTES_OF_EIGHT | address >> 4;
}

/// The sums of a tile, the upper 64 rows and the lower ones. The turn passes on once all products have been started.
template <int WIDTH>
HEED_INLINE void multiply(const Ring<WIDTH>& ring, uint32_t filling, int slices, int group, bool last, float (&sums)[2][WIDTH / 2]) {
  // A wait tells two fillings of a stage apart, so none may begin before those of the tile before have come.
  meet_some(TURNS + group, 2 * GROUP_THREADS);
  for (int s = 0; s < slices; s++, filling++) {
    ring.wait_until_full(filling);
    uint64_t rows = operand(ring.rows(filling)), columns = operand(ring.columns(filling));
    begin_products();
#pragma unroll
    for (int k = 0; k < SLICE / 16; k++) {
      // 16 values are 32 bytes, and descriptors count 16 bytes.
      multiply_tiles(sums[0], rows + k * 2, columns + k * 2, s > 0 || k > 0);
      multiply_tiles(sums[1], rows + k * 2 + (64 * SLICE * 2 >> 4), columns + k * 2, s > 0 || k > 0);
    }
    end_products();
    if (s > 0) {
      wait_for_products<1>();
      ring.leave(filling - 1);
    }
  }
  if (!last) pass_some(TURNS + (group ^ 1), 2 * GROUP_THREADS);
  wait_for_products<0>();
  ring.leave(filling - 1);
}

/// What a warp has of a tile, rows 16 w to 16 w + 15 of either half, on its way from registers to memory: 64 columns at a time,
/// through the one and the other of two places of shared memory.
template <int WIDTH, int ACTIVATION, int ENDING> struct Finish {
  static const bool RESIDUAL = ENDING == WITH_RESIDUAL;
  static const int PARTS = WIDTH / PART;
  /// Chunks of a row of a part that are written, of a gate and what it is for one for both.
  static const int CHUNKS = ENDING == GATED ? PART / 16 : PART / 8;
  static const int MOVES = CHUNKS;

  uint8_t* places;
  const float* bias;
  const bfloat16* residual;
  const Turn& turn;
  bfloat16* out;
  int M, N;

  HEED_INLINE uint8_t* place(int part) const { return places + part % 2 * PART_BYTES; }
  /// Where chunk c of 16 bytes of row r stands, so that a column of 8 rows falls into 8 banks of 16 bytes.
  HEED_INLINE static uint32_t place_in_part(int r, int c) { return r * (PART * 2) + ((c ^ (r & 7)) << 4); }

  /// Starts the copy of a part of the residual to where the same part of the tile will be added to it. A lane copies the chunks
  /// that it has written to memory of the part which had the place, and so may do so before others have.
  HEED_INLINE void start_residual(int row, int column, int part) const {
    if (part < PARTS) {
      uint32_t to = shared_address(place(part));
      // Unrolled it would take registers from the sums.
#pragma unroll 1
      for (int i = 0; i < MOVES; i++) {
        int r = row_of(i), c = chunk(), from = row + row_of_tile(r), at = column + part * PART + c * 8;
        bool there = from < M && at < N;
        start_copy(to + place_in_part(r, c), residual + (there ? (size_t)from * N + at : 0), there);
      }
    }
    end_group();
  }

  /// A residual's first parts come while the sums are still made.
  HEED_INLINE void begin(int row, int column) const {
    if (!RESIDUAL) return;
    start_residual(row, column, 0);
    start_residual(row, column, 1);
  }

  HEED_INLINE void end(const float (&sums)[2][WIDTH / 2], int row, int column) const {
    int lane = thread_index() & 31;
#pragma unroll
    for (int part = 0; part < PARTS; part++) {
      uint8_t* to = place(part);
      if (RESIDUAL) wait_for_copies<1>();
      // What other lanes have copied is there, and nothing of this part takes registers while the last one still has some.
      meet_warp();
#pragma unroll
      for (int c = 0; c < CHUNKS; c++) {
        int j = ENDING == GATED ? 2 * c : c, at = column + part * PART + j * 8;
        float2 add = {0.0f, 0.0f}, add_gated = {0.0f, 0.0f};
        if (at < N) add = *(const float2*)(bias + at + (lane & 3) * 2);
        if (ENDING == GATED && at < N) add_gated = *(const float2*)(bias + at + 8 + (lane & 3) * 2);
#pragma unroll
        for (int e = 0; e < 4; e++) {
          const float* pair = sums[e >> 1] + (part * (PART / 8) + j) * 4 + (e & 1) * 2;
          int r = e * 8 + (lane >> 2);
          uint32_t* word = (uint32_t*)(to + place_in_part(r, c) + (lane & 3) * 4);
          float2 value = {activated<ACTIVATION>(pair[0] + add.x), activated<ACTIVATION>(pair[1] + add.y)};
          if (ENDING == GATED) {
            value.x *= pair[4] + add_gated.x;
            value.y *= pair[5] + add_gated.y;
          }
          if (ENDING == TURNED && row + row_of_tile(r) < M) value = turned(value, turn, row + row_of_tile(r), at + (lane & 3) * 2);
          *word = RESIDUAL ? to_bfloat16(value.x + low_of(*word), value.y + high_of(*word)) : to_bfloat16(value.x, value.y);
        }
      }
      // All have written this part, and have read the one before, whose place the next takes.
      meet_warp();
#pragma unroll
      for (int i = 0; i < MOVES; i++) {
        const int MAPS = ENDING == GATED ? 2 : 1;
        int r = row_of(i), c = chunk(), from = row + row_of_tile(r), at = (column + part * PART) / MAPS + c * 8;
        if (from < M && at < N / MAPS) *(uint4*)(out + (size_t)from * (N / MAPS) + at) = *(const uint4*)(to + place_in_part(r, c));
      }
      if (RESIDUAL) start_residual(row, column, part + 2);
    }
  }

  /// A warp moves as many rows at once as it has lanes for their chunks, and so all of 32 in as many moves as a row has chunks.
  HEED_INLINE static int row_of(int i) { return i * (32 / CHUNKS) + (thread_index() & 31) / CHUNKS; }
  HEED_INLINE static int chunk() { return thread_index() & (CHUNKS - 1); }
  HEED_INLINE static int row_of_tile(int r) { return (r >> 4) * 64 + (thread_index() >> 5 & 3) * 16 + (r & 15); }
};

template <int WIDTH, int ACTIVATION, int ENDING>
HEED_INLINE void product(const TensorMap* a, const TensorMap* w, const float* bias, const bfloat16* residual, const Turn& turn, bfloat16* out,
    int M, int N, int K) {
  HEED_SHARED(shared);
  Ring<WIDTH> ring = {shared_address(shared)};
  Tiles<WIDTH> tiles(M, N);
  int warp = thread_index() >> 5, group = (warp >> 2) - 1, slices = (K + SLICE - 1) / SLICE;
  if (thread_index() == 0) {
    prefetch_map(a);
    prefetch_map(w);
    ring.begin();
  }
  meet_cluster();
  if (group < 0) {
    give_registers<24>();
    if (thread_index() == 0) copy_slices(ring, tiles, a, w, slices);
    meet_warp();
  } else {
    take_registers<240>();
    Finish<WIDTH, ACTIVATION, ENDING> finish = {shared + ring.FINISHED + (warp - 4) * 2 * PART_BYTES, bias, residual, turn, out, M, N};
    if (group == 1) pass_some(TURNS, 2 * GROUP_THREADS);
    for (int i = group; i < tiles.count; i += 2) {
      float sums[2][WIDTH / 2];
      int row = tiles.row(i), column = tiles.column(i);
      finish.begin(row, column);
      multiply(ring, i * slices, slices, group, i + 1 == tiles.count, sums);
      finish.end(sums, row, column);
    }
  }
  // No block goes while the other may still copy to it or arrive at its barriers.
  meet_cluster();
}

}  // namespace hopper

#define HEED_HOPPER_PRODUCT(name, WIDTH, ACTIVATION, ENDING)                                                              \
  HEED_KERNEL HEED_BOUNDS(384, 1) HEED_CLUSTERS(2) name##_##WIDTH(HEED_IN_PLACE TensorMap a, HEED_IN_PLACE TensorMap w,   \
      const float* bias, const bfloat16* residual, bfloat16* out, int M, int N, int K) {                                  \
    hopper::product<WIDTH, ACTIVATION, ENDING>(&a, &w, bias, residual, Turn(), out, M, N, K);                             \
  }                                                                                                                       \
  HEED_KNOWN_CLUSTERS(name##_##WIDTH, 2)

#define HEED_HOPPER_PRODUCTS(name, ACTIVATION, ENDING) \
  HEED_HOPPER_PRODUCT(name, 128, ACTIVATION, ENDING)   \
  HEED_HOPPER_PRODUCT(name, 192, ACTIVATION, ENDING)

#define HEED_HOPPER_TURNED(WIDTH)                                                                                                     \
  HEED_KERNEL HEED_BOUNDS(384, 1) HEED_CLUSTERS(2) hopper_product_turned_##WIDTH(HEED_IN_PLACE TensorMap a, HEED_IN_PLACE TensorMap w, \
      const float* bias, HEED_IN_PLACE Turn turn, bfloat16* out, int M, int N, int K) {                                               \
    hopper::product<WIDTH, NONE, TURNED>(&a, &w, bias, nullptr, turn, out, M, N, K);                                                  \
  }                                                                                                                                   \
  HEED_KNOWN_CLUSTERS(hopper_product_turned_##WIDTH, 2)

HEED_HOPPER_PRODUCTS(hopper_product_none, NONE, ALONE)
HEED_HOPPER_PRODUCTS(hopper_product_gelu, GELU, ALONE)
HEED_HOPPER_PRODUCTS(hopper_product_gelu_tanh, GELU_TANH, ALONE)
HEED_HOPPER_PRODUCTS(hopper_product_relu, RELU, ALONE)
HEED_HOPPER_PRODUCTS(hopper_product_silu, SILU, ALONE)
HEED_HOPPER_PRODUCTS(hopper_product_residual, NONE, WITH_RESIDUAL)
HEED_HOPPER_PRODUCTS(hopper_product_gated_gelu, GELU, GATED)
HEED_HOPPER_PRODUCTS(hopper_product_gated_gelu_tanh, GELU_TANH, GATED)
HEED_HOPPER_PRODUCTS(hopper_product_gated_relu, RELU, GATED)
HEED_HOPPER_PRODUCTS(hopper_product_gated_silu, SILU, GATED)
HEED_HOPPER_TURNED(128)
HEED_HOPPER_TURNED(192)
