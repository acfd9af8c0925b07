// The products of an encoder for compute capability 9.0, whose other kernels are those of encoder.cu.
#include "hopper_product.cuh"
