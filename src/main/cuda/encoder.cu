// The kernels of an encoder on packed sequences, for compute capability 8.0 and later: bfloat16 in memory, float32 in every sum.
//
// What becomes of a sequence depends on no other in the batch: nothing is split, and nothing added in an order that could change.
#include "attention.cuh"
#include "norms.cuh"
#include "own_turns.cuh"
#include "pooling.cuh"
#include "product.cuh"
