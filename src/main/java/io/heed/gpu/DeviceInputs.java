package io.heed.gpu;

import java.util.Optional;

/**
 * What makes hidden states of ids, on the device.
 *
 * @param words {@code [V, E]}
 * @param width E
 * @param positions {@code [P, E]}, the embedding of token type 0 added to each; 0 where there is
 *     nothing to add
 * @param padding the id that takes no position, {@link #IN_ORDER} or {@link #ALIKE}
 * @param projection E to D, where these differ
 */
record DeviceInputs(
    long words,
    int width,
    long positions,
    int padding,
    DeviceNorm norm,
    Optional<DeviceMap> projection) {
  /** Tokens take the rows of the positions in order. */
  static final int IN_ORDER = -1;

  /** All tokens take the first row. */
  static final int ALIKE = -2;
}
