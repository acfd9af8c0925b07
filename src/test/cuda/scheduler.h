// Runs the threads of the emulated GPU: fibers, of which one runs at a time, in an order that can be chosen.
#pragma once
#include "emulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

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
