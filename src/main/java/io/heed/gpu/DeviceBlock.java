package io.heed.gpu;

import io.heed.layer.Frequencies;
import io.heed.layer.NormPlacement;
import java.util.Optional;

/**
 * A block of a transformer on the device.
 *
 * @param resultNorm of what attention gives and what it reads, added, where that is normalised
 *     before it is added to what attention reads once more
 * @param attentionNorm of the first half
 * @param outputNorm of the second half
 */
record DeviceBlock(
    NormPlacement placement,
    Attention attention,
    Optional<DeviceNorm> resultNorm,
    DeviceNorm attentionNorm,
    DeviceMap inner,
    DeviceMap outer,
    DeviceNorm outputNorm) {

  /**
   * The attention of a block.
   *
   * @param queryKeyValue D to the queries of all heads, then their keys, then their values
   * @param turn how far queries and keys are turned by their positions
   * @param queryNorm of the queries of all heads side by side
   * @param keyNorm of the keys
   * @param output of the heads side by side to D
   */
  record Attention(
      DeviceMap queryKeyValue,
      Optional<Turn> turn,
      Optional<DeviceNorm> queryNorm,
      Optional<DeviceNorm> keyNorm,
      Heads heads,
      DeviceMap output) {}

  /**
   * What the heads of a block see, and how they compare it.
   *
   * @param bias {@code [H, 2·reach + 1]}, added to a score by how far a key stands behind its
   *     query; 0 where there is none
   * @param reach the largest distance that has a bias of its own
   * @param count heads of queries, H
   * @param shared heads of keys and values
   * @param width of a head
   * @param before how far a query sees keys before it
   * @param after how far it sees those behind it
   * @param scale of the scores
   */
  record Heads(
      long bias, int reach, int count, int shared, int width, int before, int after, float scale) {

    /** Columns of the queries. */
    int queryColumns() {
      return count * width;
    }

    /** Columns of the keys, or of the values. */
    int keyColumns() {
      return shared * width;
    }

    /** Columns of all three. */
    int columns() {
      return queryColumns() + 2 * keyColumns();
    }
  }

  /**
   * Rotary positions.
   *
   * @param table {@code [P, pairs, 2]}, a cosine and a sine, of sequences that are all turned alike
   * @param pairs of a head that are turned; its values stand so that those of a pair are neighbours
   * @param frequencies of all sequences
   */
  record Turn(long table, int pairs, Frequencies frequencies) {}
}
