// A driver library, libcuda.so.1, whose only GPU is this CPU: the kernels are those of src/main/cuda, compiled for it.
//
// What a driver can refuse is asked for by heed_emulate(key, value); heed_emulated(key) tells what was counted.
#include "emulation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <deque>
#include <map>
#include <mutex>
#include <tuple>

#define HEED_EMULATED
#include "encoder.cu"

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
  me->ended = true;
  heed_switch(&me->stack, scheduler);
  abort();
}

/// The next thread to run. In random order a warp runs on for a while, ahead of the others.
static Thread* next() {
  static uint64_t state = 0x9e3779b97f4a7c15ull;
  static long turns;
  static int warp;
  size_t at = 0;
  switch (setting("order", FORWARD)) {
    case BACKWARD:
      at = ready.size() - 1;
      break;
    case RANDOM: {
      auto draw = [] {
        state ^= state << 13;
        state ^= state >> 7;
        return state ^= state << 17;
      };
      size_t same = ready.size();
      if (turns-- > 0)
        for (same = 0; same < ready.size() && ready[same]->index / WARP != warp; same++) {
        }
      if (same == ready.size()) {
        same = draw() % ready.size();
        warp = ready[same]->index / WARP;
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

static void run(Block& block) {
  static std::vector<uint8_t*> stacks;
  while ((int)stacks.size() < block.threads) {
    void* stack = mmap(nullptr, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) abort();
    stacks.push_back((uint8_t*)stack);
  }
  std::vector<Thread> threads(block.threads);
  ready.clear();
  for (int i = 0; i < block.threads; i++) {
    Thread& thread = threads[i];
    thread.index = i;
    thread.block = &block;
    thread.ended = false;
    void** top = (void**)(stacks[i] + STACK_BYTES);
    *--top = nullptr;  // where body() would return to
    *--top = (void*)&body;
    for (int word = 0; word < KEPT_WORDS; word++) *--top = nullptr;
    thread.stack = top;
    ready.push_back(&thread);
  }
  int left = block.threads;
  while (left > 0) {
    if (ready.empty()) fail("all threads wait for others");
    running = next();
    heed_switch(&scheduler, running->stack);
    if (running->ended) left--;
  }
}

static void launch(const Kernel& what, int columns, int rows, int threads, size_t shared_bytes, const uint8_t* given) {
  static uint8_t* shared = (uint8_t*)aligned_alloc(1024, MOST_SHARED);
  kernel = &what;
  arguments = given;
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x++) {
      Block block;
      block.x = x;
      block.y = y;
      block.threads = threads;
      block.shared = shared;
      block.shared_bytes = shared_bytes;
      block.warps.resize(threads / WARP);
      memset(shared, 0xff, MOST_SHARED);
      run(block);
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
DRIVER Result cuModuleLoadDataEx(void** module, const void* image, unsigned, void*, void*) {
  long refused = setting("refused-images", 0);
  if (refused > 0) {
    emulated::settings["refused-images"] = refused - 1;
    return NO_BINARY;
  }
  *module = (void*)0x20;
  return image ? SUCCESS : INVALID_VALUE;
}
DRIVER Result cuModuleGetFunction(void** function, void*, const char* name) {
  for (const emulated::Kernel& kernel : emulated::kernels())
    if (kernel.name == name) {
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
  counted[kernel.name]++;
  emulated::launch(kernel, columns, rows, threads, shared, (const uint8_t*)extra[1]);
  return SUCCESS;
}
