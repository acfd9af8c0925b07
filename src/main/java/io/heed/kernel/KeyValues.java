package io.heed.kernel;

/**
 * The keys and values of one layer for sequences that grow token by token, in an order that belongs
 * to the kernels that made them: {@link Attentions#allocateKeyValues} makes them, and no other
 * kernels can read them. There are {@code places} for tokens; a sequence has a run of them, which
 * begins at a multiple of {@link #RUN_MULTIPLE}, and its token t stands at place {@code run + t}.
 * Not thread-safe.
 */
public interface KeyValues {
  /** Where runs begin: a rule of all kernels, so that a cache is planned before they are chosen. */
  int RUN_MULTIPLE = 32;

  /** Bytes of one token's key and value in {@code heads} heads, at most, in all kernels. */
  static long bytesPerToken(int heads, int headWidth) {
    long padded = (headWidth + RUN_MULTIPLE - 1L) / RUN_MULTIPLE * RUN_MULTIPLE;
    return heads * (headWidth + padded) * Float.BYTES;
  }

  /** Number of heads. */
  int heads();

  /** Dh. */
  int headWidth();

  /** Tokens that there is room for. */
  int places();

  /** Memory held, in bytes. */
  long bytes();
}
