package io.heed.attend;

import io.heed.engine.AttentionRow;
import io.heed.engine.AttentionSequence;
import io.heed.engine.AttentionSequence.Tokens;
import io.heed.engine.AttentionSequence.Vectors;
import io.heed.input.Column;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.spark.table.RowKey;
import java.io.Serializable;
import java.util.Optional;

/**
 * What rows hold.
 *
 * @param queries what attends
 * @param context what is attended to; null where the queries attend to themselves
 * @param mask which keys a query sees; null where rows have none
 */
record AttendRows(Queries queries, Column<float[][]> context, Column<int[][]> mask)
    implements Serializable {

  /** What attends. */
  sealed interface Queries extends Serializable {

    /** The sequence of a row. */
    AttentionSequence of(RowValues row);
  }

  /** Sequences of vectors. */
  record OfVectors(Column<float[][]> vectors) implements Queries {
    @Override
    public AttentionSequence of(RowValues row) {
      return new Vectors(vectors.of(row));
    }
  }

  /** Sequences of token ids, of which an input layer makes vectors. */
  record OfTokens(Column<int[]> tokens, TokenInput input) implements Queries {
    @Override
    public AttentionSequence of(RowValues row) {
      return new Tokens(tokens.of(row), input.vocabulary(), input.width());
    }
  }

  /** Attention weights, a row for each result: no sequence attends. */
  record Weights(Column<float[][]> weights) implements Queries {
    @Override
    public AttentionSequence of(RowValues row) {
      return new Vectors(weights.of(row));
    }
  }

  /** What a row is computed from. */
  Rejectable<AttentionRow> read(RowValues row) {
    AttentionSequence attending = queries.of(row);
    AttentionSequence attended = context == null ? attending : new Vectors(context.of(row));
    long key = RowKey.of(row.id());
    if (mask == null) {
      return Rejectable.of(new AttentionRow(attending, attended, Optional.empty(), key));
    }
    int[][] seen = mask.of(row);
    return seen == null
        ? Rejectable.rejected(Reason.NULL_MASK, "the mask is null")
        : Rejectable.of(new AttentionRow(attending, attended, Optional.of(seen), key));
  }
}
