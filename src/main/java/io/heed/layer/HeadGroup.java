package io.heed.layer;

/**
 * Some heads of self-attention, whose queries, keys and values come from one product.
 *
 * @param heads how many
 * @param queryKeyValue D to three times their width, queries first, then keys
 */
public record HeadGroup(int heads, Linear queryKeyValue) {
  /** Fewest columns of a group: products with fewer outputs are slower. */
  private static final int GROUP_COLUMNS = 96;

  /** Heads in each group: the fewest that divide {@code heads} and fill a product. */
  static int size(int heads, int headWidth) {
    for (int size = 1; size < heads; size++) {
      if (heads % size == 0 && size * headWidth >= GROUP_COLUMNS) {
        return size;
      }
    }
    return heads;
  }

  int columns() {
    return queryKeyValue.outputs() / 3;
  }
}
