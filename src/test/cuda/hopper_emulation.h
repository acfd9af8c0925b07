// What products on Hopper ask for, on a CPU: copies of tiles land and products run as early or as late as the waits allow.
#pragma once

#define HEED_CLUSTERS(blocks)
#define HEED_IN_PLACE const
#define HEED_KNOWN_CLUSTERS(kernel, blocks) static emulated::Known known_##kernel(#kernel, kernel, blocks);

namespace emulated {

/// What the driver encodes in a TensorMap: tiles are of 64 bfloat16 columns.
struct TiledMatrix {
  static const uint64_t ENCODED = 0x48454544544d4150ull;
  static const int COLUMNS = 64;
  uint64_t encoded;
  const uint8_t* values;
  uint64_t columns, rows, pitch, tile_rows;
};
static_assert(sizeof(TiledMatrix) <= sizeof(TensorMap), "a map has room for what is encoded");

const uint64_t BARRIER = 0x5245495252414248ull;
const int ROW_BYTES = 2 * TiledMatrix::COLUMNS;

inline Block& of_cluster(int block) {
  Cluster& cluster = *running->block->cluster;
  if (block < 0 || block >= (int)cluster.blocks.size()) fail("the cluster has no such block");
  return cluster.blocks[block];
}

inline Barrier& barrier_of(Block& block, uint32_t address) {
  if (block.left == 0) fail("a barrier is that of a block which has ended");
  auto found = block.barriers.find(address);
  if (found == block.barriers.end()) fail("there is no barrier yet");
  if (memcmp(block.shared + address, &BARRIER, sizeof BARRIER) != 0) fail("a barrier has been written over");
  return found->second;
}

/// Ends the phase if it lacks nothing.
inline void settle(Barrier& barrier) {
  const long MOST_BYTES = (1 << 20) - 1;
  if (barrier.missing < 0) fail("more arrive at a barrier than it expects");
  if (barrier.bytes > MOST_BYTES || barrier.bytes < -MOST_BYTES) fail("a barrier cannot count so many bytes");
  if (barrier.missing > 0 || barrier.bytes != 0) return;
  barrier.missing = barrier.arrivals;
  barrier.phase++;
  wake_all(barrier.waiting);
}

/// Bits 4 to 6 of an address of shared memory are swizzled by the three above.
inline uint32_t swizzled(uint32_t address) { return address ^ (address >> 7 & 7) << 4; }

inline void land_tile(Block& block, uint32_t shared, const TiledMatrix& matrix, uint32_t barrier, int column, int row) {
  Barrier& counting = barrier_of(block, barrier);
  if (shared + matrix.tile_rows * ROW_BYTES > block.shared_bytes) fail("a tile is outside of the block's shared memory");
  for (uint32_t r = 0; r < matrix.tile_rows; r++)
    for (uint32_t c = 0; c < TiledMatrix::COLUMNS; c++) {
      uint64_t x = (uint64_t)column + c, y = (uint64_t)row + r;
      uint8_t* to = block.shared + swizzled(shared + r * ROW_BYTES + c * 2);
      if (x < matrix.columns && y < matrix.rows) {
        memcpy(to, matrix.values + y * matrix.pitch + x * 2, 2);
      } else {
        memset(to, 0, 2);
      }
    }
  counting.bytes -= matrix.tile_rows * ROW_BYTES;
  settle(counting);
}

inline void start_tile(Block& block, uint32_t shared, const TensorMap* map, uint32_t barrier, int column, int row) {
  TiledMatrix matrix;
  memcpy((void*)&matrix, (const void*)map, sizeof matrix);
  if (matrix.encoded != TiledMatrix::ENCODED) fail("a copy has no map");
  if (shared % 128 != 0) fail("a tile is not aligned");
  land([&block, shared, matrix, barrier, column, row] { land_tile(block, shared, matrix, barrier, column, row); });
}

/// A value of an operand with rows of 128 swizzled bytes, 8 of them after the other, the next 8 as far as the descriptor says.
inline float operand_value(uint64_t descriptor, int row, int k) {
  uint32_t begin = (uint32_t)(descriptor & 0x3fff) << 4, stride = (uint32_t)(descriptor >> 32 & 0x3fff) << 4;
  uint32_t address = swizzled(begin + row / 8 * stride + row % 8 * ROW_BYTES + k * 2);
  if (address + 2 > running->block->shared_bytes) fail("an operand is outside of the block's shared memory");
  uint16_t value;
  memcpy(&value, running->block->shared + address, sizeof value);
  return from_bfloat16(value);
}

/// Runs the first product that a group has started.
inline void run_product(WarpGroup& group) {
  const int ROWS = 64, DEPTH = 16, MOST_COLUMNS = 256;
  static float b[DEPTH][MOST_COLUMNS], sums[ROWS][MOST_COLUMNS];
  TileProduct& product = group.started.front();
  if (product.a >> 62 != 1 || product.b >> 62 != 1) fail("operands are swizzled otherwise than by 128 bytes");
  if ((product.a >> 49 & 7) != 0 || (product.b >> 49 & 7) != 0) fail("operands begin within a swizzle");
  auto each = [&product](auto take) {
    for (int thread = 0; thread < WARP_GROUP; thread++)
      for (int i = 0; i < product.columns / 2; i++)
        take(product.sums[thread][i], sums[thread / WARP * 16 + i / 2 % 2 * 8 + thread % WARP / 4][i / 4 * 8 + thread % 4 * 2 + i % 2]);
  };
  each([&product](float& own, float& sum) { sum = product.adding ? own : 0.0f; });
  for (int k = 0; k < DEPTH; k++)
    for (int column = 0; column < product.columns; column++) b[k][column] = operand_value(product.b, column, k);
  for (int row = 0; row < ROWS; row++)
    for (int k = 0; k < DEPTH; k++) {
      float value = operand_value(product.a, row, k);
      for (int column = 0; column < MOST_COLUMNS; column++) sums[row][column] += value * b[k][column];
    }
  each([](float& own, float& sum) { own = sum; });
  group.started.pop_front();
  group.ended++;
}

inline void start_product(float* sums, int columns, uint64_t a, uint64_t b, bool adding) {
  WarpGroup& group = running->block->groups[running->index / WARP_GROUP];
  size_t at = running->products++ - group.ended;
  if (at == group.started.size()) group.started.push_back({a, b, adding, columns, 0, {}});
  TileProduct& product = group.started[at];
  if (product.a != a || product.b != b || product.adding != adding || product.columns != columns)
    fail("the threads of a group start different products");
  product.sums[running->index % WARP_GROUP] = sums;
  if (++product.threads == WARP_GROUP) wake_all(group.waiting);
}

inline void wait_for_products(size_t later) {
  std::vector<long>& ends = running->product_groups;
  if (ends.size() <= later) return;
  WarpGroup& group = running->block->groups[running->index / WARP_GROUP];
  long end = ends[ends.size() - 1 - later];
  ends.erase(ends.begin(), ends.end() - later);
  while (group.ended < end) {
    if (group.started.front().threads == WARP_GROUP) {
      run_product(group);
    } else {
      sleep_among(group.waiting);
    }
  }
}

}  // namespace emulated

inline int grid_width() { return emulated::running->block->grid; }
inline int block_of_cluster() { return emulated::running->block->of_cluster; }
inline void meet_cluster() {
  emulated::Cluster& cluster = *emulated::running->block->cluster;
  emulated::meet(cluster.all, cluster.blocks.size() * block_threads(), [] {});
}
inline void meet_some(int barrier, int threads) { emulated::meet(emulated::running->block->some[barrier], threads, [] {}); }
inline void pass_some(int barrier, int threads) { emulated::comes_early(emulated::running->block->some[barrier], threads, [] {}); }
template <int REGISTERS> inline void give_registers() {}
template <int REGISTERS> inline void take_registers() {}

inline void begin_barrier(uint32_t barrier, int arrivals) {
  memcpy(emulated::in_shared(barrier, 8), &emulated::BARRIER, sizeof emulated::BARRIER);
  emulated::running->block->barriers[barrier] = {arrivals, arrivals, 0, 0, {}};
}
inline void show_barriers() {}
inline void expect_bytes(uint32_t barrier, int bytes) {
  emulated::Barrier& counting = emulated::barrier_of(*emulated::running->block, barrier);
  counting.bytes += bytes;
  counting.missing--;
  emulated::settle(counting);
}
inline void arrive_at(uint32_t barrier, int block) {
  emulated::Barrier& counting = emulated::barrier_of(emulated::of_cluster(block), barrier);
  counting.missing--;
  emulated::settle(counting);
}
inline void wait_for_phase(uint32_t barrier, int parity) {
  emulated::Barrier& counting = emulated::barrier_of(*emulated::running->block, barrier);
  while (counting.phase % 2 == parity) emulated::sleep_among(counting.waiting);
}

inline void prefetch_map(const TensorMap*) {}
inline void start_tile(uint32_t shared, const TensorMap* map, uint32_t barrier, int column, int row) {
  emulated::start_tile(*emulated::running->block, shared, map, barrier, column, row);
}
inline void start_tile_for(int blocks, uint32_t shared, const TensorMap* map, uint32_t barrier, int column, int row) {
  for (int block = 0; blocks >> block != 0; block++)
    if (blocks >> block & 1) emulated::start_tile(emulated::of_cluster(block), shared, map, barrier, column, row);
}

inline void begin_products() {}
inline void end_products() { emulated::running->product_groups.push_back(emulated::running->products); }
template <int LATER> inline void wait_for_products() { emulated::wait_for_products(LATER); }
template <int SUMS> inline void multiply_tiles(float (&sums)[SUMS], uint64_t a, uint64_t b, bool adding) {
  emulated::start_product(sums, 2 * SUMS, a, b, adding);
}
