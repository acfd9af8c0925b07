package io.heed.kernel;

import static io.heed.kernel.Shapes.require;

import io.heed.tensor.Matrix;

/** The checks at the entrance of attention: all throw {@link IllegalArgumentException}. */
final class AttentionShapes {
  private AttentionShapes() {}

  static void checkDistances(int distances) {
    require(distances % 2 == 1, "a bias of %d distances has no middle", distances);
  }

  static void checkHeads(int width, int heads) {
    require(
        heads >= 1 && width % heads == 0,
        "a width of %d is not divisible by %d heads",
        width,
        heads);
  }

  static void checkRoom(int heads, int headWidth, int places) {
    require(
        heads >= 1 && headWidth >= 1 && places >= 0 && places % KeyValues.RUN_MULTIPLE == 0,
        "%d heads of width %d and %d places, not a multiple of %d, make no room for keys",
        heads,
        headWidth,
        places,
        KeyValues.RUN_MULTIPLE);
  }

  static void checkCache(int headWidth, int heads, int firstHead, KeyValues cache) {
    require(
        headWidth == cache.headWidth() && firstHead >= 0 && firstHead <= cache.heads() - heads,
        "%d heads of width %d from head %d on do not fit a cache of %d heads of width %d",
        heads,
        headWidth,
        firstHead,
        cache.heads(),
        cache.headWidth());
  }

  static void checkRuns(int[] starts, int[] runs, int[] cached, int places) {
    int sequences = starts.length - 1;
    require(
        runs.length == sequences && cached.length == sequences,
        "%d sequences have %d runs and %d numbers of cached tokens",
        sequences,
        runs.length,
        cached.length);
    for (int s = 0; s < sequences; s++) {
      int tokens = starts[s + 1] - starts[s];
      require(
          runs[s] >= 0
              && runs[s] % KeyValues.RUN_MULTIPLE == 0
              && cached[s] >= 0
              && runs[s] <= places - cached[s] - tokens,
          "sequence %d: %d cached and %d new tokens from place %d on do not fit %d places",
          s,
          cached[s],
          tokens,
          runs[s],
          places);
    }
  }

  static void checkSharing(int heads, int keyValueHeads) {
    require(
        keyValueHeads >= 1 && heads % keyValueHeads == 0,
        "%d heads of queries cannot share %d of keys and values",
        heads,
        keyValueHeads);
  }

  static void checkKeys(Matrix queries, int heads, Matrix keys, int keyValueHeads, Matrix values) {
    long shared = (long) keys.columns() * (heads / keyValueHeads);
    require(
        queries.columns() == shared && keys.columns() % keyValueHeads == 0,
        "queries of width %d do not fit keys of width %d",
        queries.columns(),
        keys.columns());
    require(keys.rows() == values.rows(), "%d keys have %d values", keys.rows(), values.rows());
  }

  static void checkPairs(int[] queryStarts, int queries, int[] keyStarts, int keys) {
    require(
        queryStarts.length == keyStarts.length,
        "%d sequences of queries do not fit %d of keys",
        queryStarts.length - 1,
        keyStarts.length - 1);
    Shapes.checkSequences(queryStarts, queries, 0);
    Shapes.checkSequences(keyStarts, keys, 0);
  }

  static void checkMasks(int masks, int sequences) {
    require(masks == sequences, "%d masks do not fit %d sequences", masks, sequences);
  }

  static void checkReach(int reach) {
    require(reach >= 0, "a window that reaches %d keys to each side is none", reach);
  }

  static void checkVisible(int sequence, int visible, int keys) {
    require(
        visible >= 0 && visible <= keys,
        "%d visible keys do not fit the %d keys of sequence %d",
        visible,
        keys,
        sequence);
  }

  static void checkMask(int sequence, int rows, int columns, int queries, int keys) {
    require(
        rows == queries && (columns == keys || rows == 0),
        "a mask of %d x %d does not fit the %d queries and %d keys of sequence %d",
        rows,
        columns,
        queries,
        keys,
        sequence);
  }

  static void checkMaskRow(int query, int[] row, int keys) {
    require(
        row.length == keys,
        "row %d of a mask has %d values, its first row %d",
        query,
        row.length,
        keys);
    for (int key = 0; key < keys; key++) {
      require(
          row[key] == 0 || row[key] == 1,
          "a mask holds 0 and 1, not %d (row %d, column %d)",
          row[key],
          query,
          key);
    }
  }
}
