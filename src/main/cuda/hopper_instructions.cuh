// What products on Hopper ask of a GPU beyond instructions.cuh, each instruction once; compute capability 9.0 alone has all of them.
#pragma once
#include "instructions.cuh"

/// How copies read the tiles of a matrix, as the driver encodes it.
struct alignas(64) TensorMap {
  uint64_t words[16];
};

#ifdef HEED_EMULATED
#include "hopper_emulation.h"
#else

/// So many blocks, side by side in the grid, run at the same time and reach each other's shared memory.
#define HEED_CLUSTERS(blocks) __cluster_dims__(blocks, 1, 1)
/// An argument that stays where the launch put it, for a copy takes its address.
#define HEED_IN_PLACE const __grid_constant__
#define HEED_KNOWN_CLUSTERS(kernel, blocks)

HEED_INLINE int grid_width() { return gridDim.x; }
/// Which of its cluster a block is.
HEED_INLINE int block_of_cluster() {
  int block;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(block));
  return block;
}
HEED_INLINE void meet_cluster() { asm volatile("barrier.cluster.arrive.aligned;\nbarrier.cluster.wait.aligned;" ::: "memory"); }
/// Meets so many threads of the block, whole warps, at one of its 16 barriers, of which meet_block() has the first.
HEED_INLINE void meet_some(int barrier, int threads) { asm volatile("bar.sync %0, %1;" ::"r"(barrier), "r"(threads) : "memory"); }
/// Counts as one of those that meet, without waiting for them.
HEED_INLINE void pass_some(int barrier, int threads) { asm volatile("bar.arrive %0, %1;" ::"r"(barrier), "r"(threads) : "memory"); }

/// From here on the threads of a warp group, 128, have so many registers each, which are fewer than before, or more.
template <int REGISTERS> HEED_INLINE void give_registers() { asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(REGISTERS)); }
template <int REGISTERS> HEED_INLINE void take_registers() { asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(REGISTERS)); }

/// Begins a barrier of 8 bytes in shared memory. A phase of it ends with so many arrivals, once all bytes have come that it expects.
HEED_INLINE void begin_barrier(uint32_t barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}
/// Shows the barriers that this thread has begun to the cluster and to copies.
HEED_INLINE void show_barriers() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }
/// Arrives, and expects so many bytes in the same phase.
HEED_INLINE void expect_bytes(uint32_t barrier, int bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}
/// Arrives at the barrier that stands at the same address of a block of the cluster.
HEED_INLINE void arrive_at(uint32_t barrier, int block) {
  asm volatile(
      "{ .reg .b32 there;\n"
      "mapa.shared::cluster.u32 there, %0, %1;\n"
      "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there]; }" ::"r"(barrier), "r"(block) : "memory");
}
/// Waits until the last phase of this parity has ended: only the one that runs and the one before can be told apart.
HEED_INLINE void wait_for_phase(uint32_t barrier, int parity) {
  asm volatile(
      "{ .reg .pred ended;\n"
      "again: mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 ended, [%0], %1;\n"
      "@!ended bra again; }" ::"r"(barrier), "r"(parity) : "memory");
}

HEED_INLINE void prefetch_map(const TensorMap* map) { asm volatile("prefetch.tensormap [%0];" ::"l"(map) : "memory"); }
/// Starts the copy of a tile, whose bytes come to the barrier, and which is zero where the matrix has ended. Chunk c of 16 bytes of
/// a row of 128 that begins at a multiple of 128 bytes, r, stands where c ^ r % 8 would.
HEED_INLINE void start_tile(uint32_t shared, const TensorMap* map, uint32_t barrier, int column, int row) {
  asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%3, %4}], [%2];" ::"r"(
                   shared), "l"(map), "r"(barrier), "r"(column), "r"(row) : "memory");
}
/// The same to the same place, with its bytes to the same barrier, of each block of the cluster that has a bit.
HEED_INLINE void start_tile_for(int blocks, uint32_t shared, const TensorMap* map, uint32_t barrier, int column, int row) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.multicast::cluster "
      "[%0], [%1, {%3, %4}], [%2], %5;" ::"r"(shared), "l"(map), "r"(barrier), "r"(column), "r"(row), "h"((uint16_t)blocks) : "memory");
}

/// What an instruction that multiplies has to find in registers is there.
HEED_INLINE void begin_products() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
/// Ends a group of products.
HEED_INLINE void end_products() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
/// Waits until all but the last LATER groups have ended, whose sums are there and whose operands are read.
template <int LATER> HEED_INLINE void wait_for_products() { asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(LATER) : "memory"); }

#define HEED_SUMS_4(i) "+f"(sums[i]), "+f"(sums[i + 1]), "+f"(sums[i + 2]), "+f"(sums[i + 3])
#define HEED_SUMS_16(i) HEED_SUMS_4(i), HEED_SUMS_4(i + 4), HEED_SUMS_4(i + 8), HEED_SUMS_4(i + 12)

/// Starts sums [64, n] (+)= a [64, 16] b [n, 16]^T, of bfloat16 in shared memory, for the four warps of a group: warp w, lane l has
/// rows 16 w + l / 4 and 8 below, of every 8 columns 2 (l % 4) and the next.
HEED_INLINE void multiply_tiles(float (&sums)[64], uint64_t a, uint64_t b, bool adding) {
  asm volatile(
      "{ .reg .pred adding;\n"
      "setp.ne.b32 adding, %66, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16\n"
      "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15,"
      " %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31,"
      " %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47,"
      " %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63}, "
      "%64, %65, adding, 1, 1, 0, 0; }"
      : HEED_SUMS_16(0), HEED_SUMS_16(16),
        HEED_SUMS_16(32), HEED_SUMS_16(48)
      : "l"(a), "l"(b), "r"((int)adding));
}
/// The same for n = 192.
HEED_INLINE void multiply_tiles(float (&sums)[96], uint64_t a, uint64_t b, bool adding) {
  asm volatile(
      "{ .reg .pred adding;\n"
      "setp.ne.b32 adding, %98, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n192k16.f32.bf16.bf16\n"
      "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15,"
      " %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31,"
      " %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47,"
      " %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63,"
      " %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79,"
      " %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95}, "
      "%96, %97, adding, 1, 1, 0, 0; }"
      : HEED_SUMS_16(0), HEED_SUMS_16(16),
        HEED_SUMS_16(32), HEED_SUMS_16(48),
        HEED_SUMS_16(64), HEED_SUMS_16(80)
      : "l"(a), "l"(b), "r"((int)adding));
}
#endif
