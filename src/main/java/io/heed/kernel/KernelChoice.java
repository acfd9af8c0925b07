package io.heed.kernel;

/** Which kernels are to compute. */
public enum KernelChoice {
  /** SIMD where it can run and give the bits of the reference, else the reference. */
  AUTO,
  /** SIMD, or none. */
  SIMD,
  /** The reference. */
  REFERENCE
}
