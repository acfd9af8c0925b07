package io.heed.layer;

import io.heed.batch.PackedBatch;

/** Which row of the position embeddings each token of a batch takes. */
public sealed interface PositionIds {

  /** The tokens of a sequence take the rows 0, 1, 2 and so on. */
  static PositionIds fromZero() {
    return new FromZero();
  }

  /**
   * The tokens of a sequence take the rows from {@code paddingId + 1} on, and one that has the id
   * of padding takes the row {@code paddingId} and is not counted, as in fairseq's models.
   */
  static PositionIds behindPadding(int paddingId) {
    return new BehindPadding(paddingId);
  }

  /** {@code [T]}, those that the batch says, else by this rule. */
  default int[] of(PackedBatch batch) {
    return batch.positionIds().orElseGet(() -> numbered(batch));
  }

  /** Tokens of the longest sequence that so many rows serve; 0 or less where there is none. */
  int longest(int rows);

  /** {@code [T]}, by this rule. */
  int[] numbered(PackedBatch batch);

  /** See {@link #fromZero}. */
  record FromZero() implements PositionIds {
    @Override
    public int longest(int rows) {
      return rows;
    }

    @Override
    public int[] numbered(PackedBatch batch) {
      int[] rows = new int[batch.tokens()];
      for (int s = 0; s < batch.sequences(); s++) {
        int first = batch.cumulativeLengths()[s];
        for (int t = 0; t < batch.length(s); t++) {
          rows[first + t] = t;
        }
      }
      return rows;
    }
  }

  /** See {@link #behindPadding}. */
  record BehindPadding(int paddingId) implements PositionIds {
    @Override
    public int longest(int rows) {
      return rows - paddingId - 1;
    }

    @Override
    public int[] numbered(PackedBatch batch) {
      int[] rows = new int[batch.tokens()];
      for (int s = 0; s < batch.sequences(); s++) {
        int next = paddingId + 1;
        for (int t = batch.cumulativeLengths()[s]; t < batch.cumulativeLengths()[s + 1]; t++) {
          rows[t] = batch.inputIds()[t] == paddingId ? paddingId : next++;
        }
      }
      return rows;
    }
  }
}
