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
 * @param context what is attended to
 * @param mask which keys a query sees
 */
record AttendRows(Queries queries, Context context, Mask mask) implements Serializable {

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

  /** What is attended to. */
  sealed interface Context extends Serializable {

    /** The sequence that a row's queries attend to. */
    AttentionSequence of(RowValues row, AttentionSequence queries);
  }

  /** The queries themselves. */
  record Itself() implements Context {
    @Override
    public AttentionSequence of(RowValues row, AttentionSequence queries) {
      return queries;
    }
  }

  /** Sequences of a column, or of a second table. */
  record OtherVectors(Column<float[][]> vectors) implements Context {
    @Override
    public AttentionSequence of(RowValues row, AttentionSequence queries) {
      return new Vectors(vectors.of(row));
    }
  }

  /** Which keys a query sees. */
  sealed interface Mask extends Serializable {

    /** 1 for each query and key that it sees; empty where it sees all. */
    Rejectable<Optional<int[][]>> of(RowValues row);
  }

  /** All of them. */
  record Unmasked() implements Mask {
    @Override
    public Rejectable<Optional<int[][]>> of(RowValues row) {
      return Rejectable.of(Optional.empty());
    }
  }

  /** Those that a column says. */
  record MaskOfRow(Column<int[][]> mask) implements Mask {
    @Override
    public Rejectable<Optional<int[][]>> of(RowValues row) {
      int[][] seen = mask.of(row);
      return seen == null
          ? Rejectable.rejected(Reason.NULL_MASK, "the mask is null")
          : Rejectable.of(Optional.of(seen));
    }
  }

  /** What a row is computed from. */
  Rejectable<AttentionRow> read(RowValues row) {
    AttentionSequence attending = queries.of(row);
    AttentionSequence attended = context.of(row, attending);
    return mask.of(row)
        .then(
            seen ->
                Rejectable.of(new AttentionRow(attending, attended, seen, RowKey.of(row.id()))));
  }
}
