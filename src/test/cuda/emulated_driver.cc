// A driver library, libcuda.so.1, whose only GPU is this CPU: the kernels are those of src/main/cuda, compiled for it.
//
// What a driver can refuse is asked for by heed_emulate(key, value); heed_emulated(key) tells what was counted.
#include "emulation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <mutex>

#define HEED_EMULATED
#include "encoder.cu"
#include "hopper.cu"

namespace emulated {

Thread* running;

std::vector<Kernel>& kernels() {
  static std::vector<Kernel> all;
  return all;
}

void fail(const char* rule) {
  fprintf(stderr, "emulated GPU: %s (thread %d of block %d, %d)\n", rule, running->index, running->block->x, running->block->y);
  fflush(stderr);
  abort();
}

// ---- Fibers: a switch keeps what a call has to keep ----

#if defined(__x86_64__)
extern "C" void heed_switch(void** from, void* to);
asm(R"(
.text
.globl heed_switch
.hidden heed_switch
.type heed_switch, @function
heed_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size heed_switch, .-heed_switch
)");
static const int KEPT_WORDS = 6;
#else
#error "the emulation switches fibers on x86-64 only"
#endif

static const size_t STACK_BYTES = 64 << 10;

enum Order { FORWARD = 0, BACKWARD = 1, RANDOM = 2 };

static void* scheduler;
static const Kernel* kernel;
static const uint8_t* arguments;
static std::deque<Thread*> ready;
static std::vector<std::function<void()>> landings;
static std::map<std::string, long> settings;

static long setting(const char* key, long otherwise) {
  auto found = settings.find(key);
  return found == settings.end() ? otherwise : found->second;
}

void sleep() {
  Thread* me = running;
  heed_switch(&me->stack, scheduler);
  running = me;
}

void wake(Thread* thread) { ready.push_back(thread); }

static void body() {
  kernel->call(arguments);
  Thread* me = running;
  for (const auto& group : me->groups)
    if (!group.empty()) fail("a thread ended before its copies had landed");
  if (!me->open.empty()) fail("a thread ended with copies in no group");
  if (me->products != 0 && me->block->groups[me->index / WARP_GROUP].ended < me->products)
    fail("a thread ended before its products had");
  me->block->left--;
  me->ended = true;
  heed_switch(&me->stack, scheduler);
  abort();
}

static uint64_t draw() {
  static uint64_t state = 0x9e3779b97f4a7c15ull;
  state ^= state << 13;
  state ^= state >> 7;
  return state ^= state << 17;
}

bool lands_at_once() { return setting("order", FORWARD) == BACKWARD; }

/// As late as can be, at once, or at any time, according to the order.
void land(std::function<void()> landing) {
  if (lands_at_once()) {
    landing();
  } else {
    landings.push_back(std::move(landing));
  }
}

static void land_one() {
  size_t at = setting("order", FORWARD) == RANDOM ? draw() % landings.size() : 0;
  std::function<void()> landing = std::move(landings[at]);
  landings.erase(landings.begin() + at);
  landing();
}

/// The next thread to run. In random order a warp runs on for a while, ahead of the others.
static Thread* next() {
  static long turns;
  static int warp;
  static Block* block;
  size_t at = 0;
  switch (setting("order", FORWARD)) {
    case BACKWARD:
      at = ready.size() - 1;
      break;
    case RANDOM: {
      size_t same = ready.size();
      if (turns-- > 0)
        for (same = 0; same < ready.size() && (ready[same]->index / WARP != warp || ready[same]->block != block); same++) {
        }
      if (same == ready.size()) {
        same = draw() % ready.size();
        warp = ready[same]->index / WARP;
        block = ready[same]->block;
        turns = draw() % 4000;
      }
      at = same;
      break;
    }
    default:
      break;
  }
  Thread* chosen = ready[at];
  ready.erase(ready.begin() + at);
  return chosen;
}

static void begin(Thread& thread, Block& block, int index, uint8_t* stack) {
  thread.index = index;
  thread.block = &block;
  thread.ended = false;
  void** top = (void**)(stack + STACK_BYTES);
  *--top = nullptr;  // where body() would return to
  *--top = (void*)&body;
  for (int word = 0; word < KEPT_WORDS; word++) *--top = nullptr;
  thread.stack = top;
  ready.push_back(&thread);
}

static void run(Cluster& cluster) {
  static std::vector<uint8_t*> stacks;
  size_t threads = cluster.blocks.size() * cluster.blocks[0].threads;
  while (stacks.size() < threads) {
    void* stack = mmap(nullptr, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) abort();
    stacks.push_back((uint8_t*)stack);
  }
  std::vector<Thread> all(threads);
  ready.clear();
  for (size_t i = 0; i < threads; i++) {
    Block& block = cluster.blocks[i / cluster.blocks[0].threads];
    begin(all[i], block, i % block.threads, stacks[i]);
  }
  for (size_t left = threads; left > 0;) {
    if (!landings.empty() && (ready.empty() || (setting("order", FORWARD) == RANDOM && draw() % 64 == 0))) {
      land_one();
      continue;
    }
    if (ready.empty()) fail("all threads wait for others");
    running = next();
    heed_switch(&scheduler, running->stack);
    if (running->ended) left--;
  }
  if (!landings.empty()) fail("all threads ended before their copies had landed");
  for (const Block& block : cluster.blocks)
    for (const Meeting& meeting : block.some)
      if (meeting.arrived != 0) fail("all threads ended before some had met");
}

static void launch(const Kernel& what, int columns, int rows, int threads, size_t shared_bytes, const uint8_t* given) {
  static std::vector<uint8_t*> shared;
  while ((int)shared.size() < what.cluster) shared.push_back((uint8_t*)aligned_alloc(1024, MOST_SHARED));
  kernel = &what;
  arguments = given;
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x += what.cluster) {
      Cluster cluster;
      cluster.blocks.resize(what.cluster);
      for (int i = 0; i < what.cluster; i++) {
        Block& block = cluster.blocks[i];
        block.x = x + i;
        block.y = y;
        block.grid = columns;
        block.threads = block.left = threads;
        block.shared = shared[i];
        block.shared_bytes = shared_bytes;
        block.some.resize(what.cluster == 1 ? 0 : MEETINGS);
        block.warps.resize(threads / WARP);
        block.groups.resize((threads + WARP_GROUP - 1) / WARP_GROUP);
        block.cluster = &cluster;
        block.of_cluster = i;
        memset(block.shared, 0xff, MOST_SHARED);
      }
      run(cluster);
    }
}

}  // namespace emulated

// ---- The driver ----

using emulated::setting;

#define DRIVER extern "C" __attribute__((visibility("default")))
typedef int Result;
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, NO_BINARY = 209, NOT_FOUND = 500 };

static std::mutex one_at_a_time;
static std::map<uint64_t, size_t> allocations;
static size_t allocated;
static std::map<std::string, long> counted;
static thread_local void* context;

/// What the driver is to do: see the uses of setting().
DRIVER void heed_emulate(const char* key, long value) { emulated::settings[key] = value; }
DRIVER void heed_emulate_nothing() {
  emulated::settings.clear();
  counted.clear();
}
/// How often a kernel was launched by its name, or the bytes that are `allocated`.
DRIVER long heed_emulated(const char* key) { return std::string(key) == "allocated" ? (long)allocated : counted[key]; }

DRIVER Result cuInit(unsigned) { return (Result)setting("init", SUCCESS); }
DRIVER Result cuDriverGetVersion(int* version) {
  *version = (int)setting("driver", 13000);
  return SUCCESS;
}
DRIVER Result cuDeviceGetCount(int* count) {
  *count = (int)setting("devices", 1);
  return SUCCESS;
}
DRIVER Result cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return SUCCESS;
}
DRIVER Result cuDeviceGetName(char* name, int length, int) {
  snprintf(name, length, "emulated GPU");
  return SUCCESS;
}
DRIVER Result cuDeviceGetAttribute(int* value, int attribute, int) {
  switch (attribute) {
    case 16: *value = (int)setting("multiprocessors", 4); break;
    case 38: *value = (int)setting("cache", 50 << 20); break;
    case 75: *value = (int)setting("capability", 80) / 10; break;
    case 76: *value = (int)setting("capability", 80) % 10; break;
    case 97: *value = (int)emulated::MOST_SHARED; break;
    default: return INVALID_VALUE;
  }
  return SUCCESS;
}
DRIVER Result cuDevicePrimaryCtxRetain(void** retained, int) {
  *retained = (void*)0x10;
  return SUCCESS;
}
DRIVER Result cuCtxSetCurrent(void* current) {
  context = current;
  return SUCCESS;
}
DRIVER Result cuCtxGetCurrent(void** current) {
  *current = context;
  return SUCCESS;
}
DRIVER Result cuCtxGetDevice(int* device) {
  *device = 0;
  return SUCCESS;
}
/// Bytes of an image: fatbin, ELF, or text that a zero ends.
static size_t size_of(const uint8_t* image) {
  auto number = [image](size_t at, size_t bytes) {
    uint64_t value = 0;
    memcpy(&value, image + at, bytes);
    return (size_t)value;
  };
  if (number(0, 4) == 0xba55ed50) return number(6, 2) + number(8, 8);
  if (number(0, 4) == 0x464c457f) return number(0x28, 8) + number(0x3a, 2) * number(0x3c, 2);
  return strlen((const char*)image);
}
/// An image that is the same as one before is that one.
static const std::string& loaded(std::string image) {
  static std::deque<std::string> images;
  for (const std::string& other : images)
    if (other == image) return other;
  images.push_back(std::move(image));
  return images.back();
}
/// Whether an image has a kernel, whose name stands in it.
static bool has(const std::string& image, const std::string& name) {
  for (size_t at = image.find(name); at != std::string::npos; at = image.find(name, at + 1)) {
    char before = at == 0 ? ' ' : image[at - 1], after = at + name.size() == image.size() ? ' ' : image[at + name.size()];
    if (!isalnum(before) && before != '_' && !isalnum(after) && after != '_') return true;
  }
  return false;
}
DRIVER Result cuModuleLoadDataEx(void** module, const void* image, unsigned, void*, void*) {
  long taken = setting("taken-images", 0), refused = setting("refused-images", 0);
  if (taken > 0) {
    emulated::settings["taken-images"] = taken - 1;
  } else if (refused > 0) {
    emulated::settings["refused-images"] = refused - 1;
    return NO_BINARY;
  }
  *module = (void*)&loaded(std::string((const char*)image, size_of((const uint8_t*)image)));
  return SUCCESS;
}
DRIVER Result cuModuleGetFunction(void** function, void* module, const char* name) {
  for (const emulated::Kernel& kernel : emulated::kernels())
    if (kernel.name == name && has(*(const std::string*)module, name)) {
      *function = (void*)&kernel;
      return SUCCESS;
    }
  return NOT_FOUND;
}
DRIVER Result cuFuncSetAttribute(void*, int, int value) { return (size_t)value <= emulated::MOST_SHARED ? SUCCESS : INVALID_VALUE; }

static const size_t PAGE = 4096;
static const size_t ALIGNMENT = 256;
static size_t rounded(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

/// Memory of NaN, behind whose end nothing may be touched.
DRIVER Result cuMemAlloc_v2(uint64_t* address, size_t bytes) {
  std::lock_guard<std::mutex> lock(one_at_a_time);
  if (bytes == 0) return INVALID_VALUE;
  if (allocated + bytes > (size_t)setting("memory", 4l << 30)) return OUT_OF_MEMORY;
  size_t whole = rounded(bytes, ALIGNMENT), pages = rounded(whole, PAGE);
  uint8_t* base = (uint8_t*)mmap(nullptr, pages + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) return OUT_OF_MEMORY;
  mprotect(base + pages, PAGE, PROT_NONE);
  memset(base, 0xff, pages);
  *address = (uint64_t)(base + pages - whole);
  allocations[*address] = bytes;
  allocated += bytes;
  return SUCCESS;
}
DRIVER Result cuMemFree_v2(uint64_t address) {
  std::lock_guard<std::mutex> lock(one_at_a_time);
  auto found = allocations.find(address);
  if (found == allocations.end()) return INVALID_VALUE;
  size_t whole = rounded(found->second, ALIGNMENT), pages = rounded(whole, PAGE);
  munmap((void*)(address + whole - pages), pages + PAGE);
  allocated -= found->second;
  allocations.erase(found);
  return SUCCESS;
}
DRIVER Result cuMemGetInfo_v2(size_t* free, size_t* total) {
  *total = (size_t)setting("memory", 4l << 30);
  *free = *total - allocated;
  return SUCCESS;
}
DRIVER Result cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void*) {
  memcpy((void*)to, from, bytes);
  return SUCCESS;
}
DRIVER Result cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void*) {
  memcpy(to, (const void*)from, bytes);
  return SUCCESS;
}
DRIVER Result cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes, void*) {
  memset((void*)to, value, bytes);
  return SUCCESS;
}
DRIVER Result cuStreamSynchronize(void*) { return (Result)setting("synchronize", SUCCESS); }
DRIVER Result cuGetErrorName(int code, const char** name) {
  switch (code) {
    case OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
    case NO_DEVICE: *name = "CUDA_ERROR_NO_DEVICE"; break;
    case NO_BINARY: *name = "CUDA_ERROR_NO_BINARY_FOR_GPU"; break;
    case NOT_FOUND: *name = "CUDA_ERROR_NOT_FOUND"; break;
    case INVALID_VALUE: *name = "CUDA_ERROR_INVALID_VALUE"; break;
    default: *name = "CUDA_ERROR_UNKNOWN";
  }
  return SUCCESS;
}

/// Tiles of bfloat16 matrices alone, as copies read them that swizzle.
DRIVER Result cuTensorMapEncodeTiled(void* map, int type, unsigned rank, uint8_t* address, const uint64_t* sizes,
    const uint64_t* pitches, const uint32_t* tile, const uint32_t* steps, int interleaved, int swizzle, int promotion, int fill) {
  const int BFLOAT16 = 9, SWIZZLE_128_BYTES = 3;
  bool kind = type == BFLOAT16 && rank == 2 && interleaved == 0 && swizzle == SWIZZLE_128_BYTES && fill == 0;
  bool aligned = (uint64_t)map % 64 == 0 && (uint64_t)address % 16 == 0 && pitches[0] % 16 == 0;
  bool bounds = sizes[0] > 0 && sizes[1] > 0 && sizes[0] <= 1ull << 32 && sizes[1] <= 1ull << 32 && pitches[0] >= 2 * sizes[0];
  bool tiles = tile[0] == 64 && tile[1] > 0 && tile[1] <= 256 && steps[0] == 1 && steps[1] == 1 && promotion >= 0 && promotion <= 3;
  if (!kind || !aligned || !bounds || !tiles) return INVALID_VALUE;
  emulated::TiledMatrix matrix = {emulated::TiledMatrix::ENCODED, address, sizes[0], sizes[1], pitches[0], tile[1]};
  memset(map, 0, sizeof(TensorMap));
  memcpy(map, (const void*)&matrix, sizeof matrix);
  return SUCCESS;
}

/// Arguments come as one block (CU_LAUNCH_PARAM_BUFFER_POINTER, _SIZE), no other form is emulated.
DRIVER Result cuLaunchKernel(void* function, unsigned columns, unsigned rows, unsigned deep, unsigned threads, unsigned y, unsigned z,
    unsigned shared, void*, void** parameters, void** extra) {
  std::lock_guard<std::mutex> lock(one_at_a_time);
  bool form = parameters == nullptr && extra != nullptr && extra[0] == (void*)1 && extra[2] == (void*)2 && extra[4] == nullptr;
  bool sizes = columns > 0 && rows > 0 && rows <= 65535 && deep == 1 && threads > 0 && threads % 32 == 0 && threads <= 1024 && y == 1 &&
      z == 1 && shared <= emulated::MOST_SHARED;
  if (!form || !sizes || context == nullptr) return INVALID_VALUE;
  const emulated::Kernel& kernel = *(const emulated::Kernel*)function;
  if (*(size_t*)extra[3] != kernel.bytes) return INVALID_VALUE;
  if (columns % kernel.cluster != 0 || (kernel.cluster > 1 && setting("capability", 80) < 90)) return INVALID_VALUE;
  counted[kernel.name]++;
  emulated::launch(kernel, columns, rows, threads, shared, (const uint8_t*)extra[1]);
  return SUCCESS;
}
