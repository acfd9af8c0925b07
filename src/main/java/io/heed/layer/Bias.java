package io.heed.layer;

/** Whether a map or norm adds a learned bias. */
public enum Bias {
  /** It has the tensor {@code bias}. */
  LEARNED,
  /** It has none. */
  NONE
}
