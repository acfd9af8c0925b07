package io.heed.layer;

/** Where a block normalises. */
public enum NormPlacement {
  /**
   * Before each half, and once more after the last block: {@code x + attention(norm(x))}, as in
   * GPT-2.
   */
  PRE,
  /** After each half: {@code norm(x + attention(x))}, as in the first GPT. */
  POST
}
