package io.heed.kernel;

/**
 * The operations on the Vector API, to the bit those of {@link ReferenceKernels}. Loads only where
 * the module {@code jdk.incubator.vector} is resolved: see {@link KernelProvider}.
 */
final class SimdKernels extends KernelBundle {

  SimdKernels() {
    super(
        new SimdMatrices(),
        new SimdAttentions(),
        new SimdNorms(),
        new SimdElements(),
        new SimdReductions());
  }

  @Override
  public String name() {
    return "simd-" + SimdLanes.FLOATS.vectorBitSize();
  }
}
