package io.heed.rapids;

/** What a run computes on. */
public enum Device {
  /** A GPU where the run can have one, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU of each executor, or none. */
  GPU
}
