// The kernels' instructions on a CPU, so that indices, meetings and arithmetic can be tested where there is no GPU.
//
// Every thread of a block is a fiber, and runs until it has to wait for others. What is written to shared memory by a copy lands
// as late as the waits allow or at once, shared memory begins as NaN, and the order in which threads run can be chosen: a wait or
// a meeting that is left out shows as a wrong result in one order or another. What memory models allow beyond is not emulated.
#pragma once
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#define HEED_KERNEL static void
#define HEED_INLINE inline
#define HEED_BOUNDS(threads, blocks)
#define HEED_KNOWN(kernel) static emulated::Known known_##kernel(#kernel, kernel);
#define HEED_SHARED(name) uint8_t* name = emulated::running->block->shared

struct float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct uint2 {
  uint32_t x, y;
};
struct alignas(16) uint4 {
  uint32_t x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

namespace emulated {

/// Ends the process: the kernels broke a rule.
[[noreturn]] void fail(const char* rule);

const int WARP = 32;
const int WARP_GROUP = 128;
const int MEETINGS = 16;
const size_t MOST_SHARED = 232448;

struct Thread;

/// Threads that wait until all of them are there.
struct Meeting {
  int arrived = 0;
  std::vector<Thread*> waiting;
  alignas(16) uint8_t given[WARP][64];
  alignas(16) uint8_t taken[WARP][64];
};

/// A barrier that stands in shared memory: arrivals that end a phase, those and the bytes that this one still lacks.
struct Barrier {
  int arrivals, missing;
  long bytes, phase;
  std::vector<Thread*> waiting;
};

/// A product of a warp group, which may run when all its threads have started it and has to when one of them waits for it.
struct TileProduct {
  uint64_t a, b;
  bool adding;
  int columns, threads;
  float* sums[WARP_GROUP];
};

struct WarpGroup {
  std::deque<TileProduct> started;
  long ended = 0;
  std::vector<Thread*> waiting;
};

struct Cluster;

struct Block {
  int x, y, grid, threads, left;
  uint8_t* shared;
  size_t shared_bytes;
  Meeting all;
  std::vector<Meeting> some, warps;
  std::vector<WarpGroup> groups;
  std::map<uint32_t, Barrier> barriers;
  Cluster* cluster;
  int of_cluster;
};

/// Blocks that run together.
struct Cluster {
  std::vector<Block> blocks;
  Meeting all;
};

/// 16 bytes on their way to shared memory.
struct Copy {
  uint8_t* to;
  const uint8_t* from;
  bool there;
};

struct Thread {
  void* stack;
  int index;
  Block* block;
  bool ended;
  std::vector<std::vector<Copy>> groups;
  std::vector<Copy> open;
  long products = 0;
  std::vector<long> product_groups;
};

extern Thread* running;

/// Lets others run until this thread is woken.
void sleep();
void wake(Thread* thread);
/// Whether what is copied lands as early as it can, and not as late.
bool lands_at_once();
/// Lands something now or later, when no thread can run unless it has landed.
void land(std::function<void()> landing);

inline void wake_all(std::vector<Thread*>& waiting) {
  for (Thread* thread : waiting) wake(thread);
  waiting.clear();
}

inline void sleep_among(std::vector<Thread*>& waiting) {
  waiting.push_back(running);
  sleep();
}

/// Counts as one of `count` threads, of which the last to come does something for all; false for it alone.
inline bool comes_early(Meeting& meeting, int count, const std::function<void()>& last) {
  if (++meeting.arrived < count) return true;
  last();
  meeting.arrived = 0;
  wake_all(meeting.waiting);
  return false;
}

/// Meets `count` threads.
inline void meet(Meeting& meeting, int count, const std::function<void()>& last) {
  if (comes_early(meeting, count, last)) sleep_among(meeting.waiting);
}

/// What the lanes of a warp make of what each of them gives.
template <class Given, class Taken, class Compute> Taken together(const Given& given, Compute compute) {
  static_assert(sizeof(Given) <= 64 && sizeof(Taken) <= 64, "a lane gives and takes 64 bytes at most");
  Meeting& meeting = running->block->warps[running->index / WARP];
  int lane = running->index % WARP;
  memcpy(meeting.given[lane], &given, sizeof given);
  meet(meeting, WARP, [&] {
    static Given in[WARP];
    static Taken out[WARP];
    for (int i = 0; i < WARP; i++) memcpy((void*)&in[i], meeting.given[i], sizeof(Given));
    compute(in, out);
    for (int i = 0; i < WARP; i++) memcpy(meeting.taken[i], (const void*)&out[i], sizeof(Taken));
  });
  Taken taken;
  memcpy((void*)&taken, meeting.taken[lane], sizeof taken);
  return taken;
}

inline uint8_t* in_shared(uint32_t address, size_t bytes) {
  if (address % bytes != 0) fail("an address of shared memory is not aligned");
  if (address + bytes > running->block->shared_bytes) fail("an address is outside of the block's shared memory");
  return running->block->shared + address;
}

inline float from_bfloat16(uint16_t bits) {
  uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

inline uint16_t to_bfloat16(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  if (value != value) return 0x7fff;
  return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}

/// A kernel, by its name, the blocks of its clusters, and how it is called with arguments that stand one after the other, each aligned to its own size.
struct Kernel {
  std::string name;
  int cluster;
  size_t bytes;
  std::function<void(const uint8_t*)> call;
};
std::vector<Kernel>& kernels();

template <class T> T argument(const uint8_t* arguments, size_t& at) {
  at = (at + alignof(T) - 1) / alignof(T) * alignof(T);
  T value;
  memcpy((void*)&value, arguments + at, sizeof value);
  at += sizeof value;
  return value;
}

struct Known {
  template <class... Arguments> Known(const char* name, void (*kernel)(Arguments...), int cluster = 1) {
    size_t bytes = 0;
    ((bytes = (bytes + alignof(Arguments) - 1) / alignof(Arguments) * alignof(Arguments) + sizeof(Arguments)), ...);
    kernels().push_back({name, cluster, bytes, [kernel](const uint8_t* arguments) {
                           size_t at = 0;
                           std::tuple<Arguments...> all{argument<Arguments>(arguments, at)...};
                           std::apply(kernel, all);
                         }});
  }
};

}  // namespace emulated

inline int thread_index() { return emulated::running->index; }
inline int block_threads() { return emulated::running->block->threads; }
inline int block_x() { return emulated::running->block->x; }
inline int block_y() { return emulated::running->block->y; }

inline void meet_block() {
  emulated::Block* block = emulated::running->block;
  emulated::meet(block->all, block->threads, [] {});
}
inline void meet_warp() {
  emulated::meet(emulated::running->block->warps[emulated::running->index / emulated::WARP], emulated::WARP, [] {});
}
inline float from_lane(float value, int mask) {
  return emulated::together<float, float>(value, [mask](const float* in, float* out) {
    for (int lane = 0; lane < emulated::WARP; lane++) out[lane] = in[lane ^ mask];
  });
}

inline float as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
inline uint32_t as_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float multiply_add(float a, float b, float c) { return fmaf(a, b, c); }
inline float square_root(float value) { return sqrtf(value); }
inline float divide(float a, float b) { return a / b; }
inline float cosine(float angle) { return cosf(angle); }
inline float sine(float angle) { return sinf(angle); }
inline float exp2_approximate(float value) { return exp2f(value); }
inline float reciprocal_approximate(float value) { return 1.0f / value; }
inline uint32_t to_bfloat16(float low, float high) { return emulated::to_bfloat16(low) | (uint32_t)emulated::to_bfloat16(high) << 16; }

inline uint32_t shared_address(const void* pointer) { return (uint32_t)((const uint8_t*)pointer - emulated::running->block->shared); }
inline void emulated_copy(const emulated::Copy& copy) {
  if (copy.there) {
    memcpy(copy.to, copy.from, 16);
  } else {
    memset(copy.to, 0, 16);
  }
}
inline void start_copy(uint32_t shared, const void* global, bool there) {
  if ((uintptr_t)global % 16 != 0) emulated::fail("a copy begins at an address that is not aligned");
  emulated::Copy copy = {emulated::in_shared(shared, 16), (const uint8_t*)global, there};
  if (emulated::lands_at_once()) {
    emulated_copy(copy);
  } else {
    emulated::running->open.push_back(copy);
  }
}
inline void end_group() {
  emulated::running->groups.push_back(std::move(emulated::running->open));
  emulated::running->open.clear();
}
template <int LATER> inline void wait_for_copies() {
  auto& groups = emulated::running->groups;
  while (groups.size() > LATER) {
    for (const emulated::Copy& copy : groups.front()) emulated_copy(copy);
    groups.erase(groups.begin());
  }
}

struct EmulatedWords {
  uint32_t words[4];
};
inline void emulated_load(uint32_t (&words)[4], uint32_t shared, bool transposed) {
  emulated::in_shared(shared, 16);
  EmulatedWords loaded = emulated::together<uint32_t, EmulatedWords>(shared, [transposed](const uint32_t* rows, EmulatedWords* out) {
    for (int lane = 0; lane < emulated::WARP; lane++)
      for (int matrix = 0; matrix < 4; matrix++) {
        uint16_t pair[2];
        for (int e = 0; e < 2; e++) {
          int row = transposed ? lane % 4 * 2 + e : lane / 4, column = transposed ? lane / 4 : lane % 4 * 2 + e;
          memcpy(&pair[e], emulated::running->block->shared + rows[matrix * 8 + row] + column * 2, 2);
        }
        out[lane].words[matrix] = pair[0] | (uint32_t)pair[1] << 16;
      }
  });
  memcpy(words, loaded.words, sizeof loaded);
}
inline void load_matrices(uint32_t (&words)[4], uint32_t shared) { emulated_load(words, shared, false); }
inline void load_transposed(uint32_t (&words)[4], uint32_t shared) { emulated_load(words, shared, true); }

struct EmulatedProduct {
  float sums[4];
  uint32_t a[4], b[2];
};
struct EmulatedSums {
  float sums[4];
};
inline void multiply_matrices(float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  EmulatedProduct mine = {{sums[0], sums[1], sums[2], sums[3]}, {a[0], a[1], a[2], a[3]}, {b0, b1}};
  EmulatedSums all = emulated::together<EmulatedProduct, EmulatedSums>(mine, [](const EmulatedProduct* in, EmulatedSums* out) {
    static float left[16][16], right[16][8];
    for (int lane = 0; lane < emulated::WARP; lane++) {
      int row = lane / 4, column = lane % 4 * 2;
      for (int e = 0; e < 2; e++) {
        for (int i = 0; i < 4; i++)
          left[row + i % 2 * 8][column + e + i / 2 * 8] = emulated::from_bfloat16((uint16_t)(in[lane].a[i] >> 16 * e));
        for (int i = 0; i < 2; i++) right[column + e + i * 8][row] = emulated::from_bfloat16((uint16_t)(in[lane].b[i] >> 16 * e));
      }
    }
    for (int lane = 0; lane < emulated::WARP; lane++)
      for (int i = 0; i < 4; i++) {
        int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        float sum = in[lane].sums[i];
        for (int k = 0; k < 16; k++) sum += left[row][k] * right[k][column];
        out[lane].sums[i] = sum;
      }
  });
  memcpy(sums, all.sums, sizeof all);
}
