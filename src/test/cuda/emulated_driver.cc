// A driver library, libcuda.so.1, whose only GPU is this CPU: the kernels are those of src/main/cuda, compiled for it.
//
// What a driver can refuse is asked for by heed_emulate(key, value); heed_emulated(key) tells what was counted.
#include "scheduler.h"

#include <stdio.h>
#include <sys/mman.h>
#include <mutex>

#define HEED_EMULATED
#include "encoder.cu"
#include "hopper.cu"

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
static long capability(int device) {
  return setting(("capability-of-" + std::to_string(device)).c_str(), setting("capability", 80));
}
DRIVER Result cuDeviceGetAttribute(int* value, int attribute, int device) {
  switch (attribute) {
    case 16: *value = (int)setting("multiprocessors", 4); break;
    case 38: *value = (int)setting("cache", 50 << 20); break;
    case 75: *value = (int)capability(device) / 10; break;
    case 76: *value = (int)capability(device) % 10; break;
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
