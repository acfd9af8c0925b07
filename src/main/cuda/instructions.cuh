// What the kernels ask of a GPU, each instruction once. The kernels themselves are plain C++ over these names, so that a
// C++ compiler builds them for a CPU as well: emulation.h, of the tests, gives the names their meaning there.
#pragma once
#include <stdint.h>

#ifdef HEED_EMULATED
#include "emulation.h"
#else

#define HEED_KERNEL extern "C" __global__ void
#define HEED_INLINE __device__ __forceinline__
#define HEED_BOUNDS(threads, blocks) __launch_bounds__(threads, blocks)
// Makes a kernel known to the emulation by its name.
#define HEED_KNOWN(kernel)

/// The block's shared memory, whose bytes the launch says.
#define HEED_SHARED(name) extern __shared__ __align__(1024) uint8_t name[]

HEED_INLINE int thread_index() { return threadIdx.x; }
HEED_INLINE int block_threads() { return blockDim.x; }
HEED_INLINE int block_x() { return blockIdx.x; }
HEED_INLINE int block_y() { return blockIdx.y; }

HEED_INLINE void meet_block() { __syncthreads(); }
HEED_INLINE void meet_warp() { __syncwarp(); }
/// The value of the lane whose number differs in the bits of `mask`.
HEED_INLINE float from_lane(float value, int mask) { return __shfl_xor_sync(0xffffffffu, value, mask); }

HEED_INLINE float as_float(uint32_t bits) { return __uint_as_float(bits); }
HEED_INLINE uint32_t as_bits(float value) { return __float_as_uint(value); }
HEED_INLINE float multiply_add(float a, float b, float c) { return __fmaf_rn(a, b, c); }
HEED_INLINE float square_root(float value) { return __fsqrt_rn(value); }
HEED_INLINE float divide(float a, float b) { return __fdiv_rn(a, b); }
HEED_INLINE float cosine(float angle) { return cosf(angle); }
HEED_INLINE float sine(float angle) { return sinf(angle); }
HEED_INLINE float exp2_approximate(float value) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
}
HEED_INLINE float reciprocal_approximate(float value) {
  float result;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(value));
  return result;
}
/// Two bfloat16 in a word, `low` in the lower half, each the nearest with ties to even.
HEED_INLINE uint32_t to_bfloat16(float low, float high) {
  uint32_t word;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
  return word;
}

/// The address of shared memory as instructions take it.
HEED_INLINE uint32_t shared_address(const void* pointer) { return (uint32_t)__cvta_generic_to_shared(pointer); }
/// Starts a copy of 16 bytes, or of zeros where `there` is false. Both sides are aligned to 16 bytes.
HEED_INLINE void start_copy(uint32_t shared, const void* global, bool there) {
  int bytes = there ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(global), "r"(bytes) : "memory");
}
/// Ends a group of copies, which may be empty.
HEED_INLINE void end_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/// Waits until all but the last LATER groups of this thread have landed.
template <int LATER> HEED_INLINE void wait_for_copies() { asm volatile("cp.async.wait_group %0;" ::"n"(LATER) : "memory"); }

/// Four matrices of 8 x 8 bfloat16, rows at the addresses of 8 lanes each; lane l gets row l / 4, columns 2 (l % 4) and the next.
HEED_INLINE void load_matrices(uint32_t (&words)[4], uint32_t shared) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3]) : "r"(shared) : "memory");
}
/// The same of the matrices' transposes.
HEED_INLINE void load_transposed(uint32_t (&words)[4], uint32_t shared) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3]) : "r"(shared) : "memory");
}
/// sums [16, 8] += a [16, 16] times b [16, 8], of bfloat16.
HEED_INLINE void multiply_matrices(float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
#endif
