package io.heed.kernel;

/**
 * Weights of a linear map in an order that belongs to the kernels that made them: {@link
 * Matrices#allocate} makes them, and no other kernels can read them.
 */
public interface PackedMatrix {

  /** Number of values that the map yields. */
  int outputs();

  /** Number of values that the map takes. */
  int inputs();

  /** Memory held, in bytes. */
  long bytes();
}
