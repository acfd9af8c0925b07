package io.heed.rapids;

/** In what numbers a device computes. */
public enum Precision {
  /** Those of the CPU. */
  FLOAT32,
  /** Those of a GPU: weights and what passes from map to map, every sum float32. */
  BFLOAT16
}
