package io.heed.engine;

import io.heed.batch.PackedVectors;
import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionSequence.Vectors;
import io.heed.kernel.Kernels;
import io.heed.kernel.Scratch;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Averages the context of each row by attention weights that the row brings, as attention pooling
 * does with weights of any origin: {@code [n, Tq, Tk] x [n, Tk, D]} to {@code [n, Tq, D]}. The
 * weights stand in the place of the queries. Not thread-safe.
 */
public final class GivenAttentionBatches implements BatchComputation<AttentionRow, Result> {
  /** A gibibyte: of a row whose input is small, the result may be large. */
  private static final long MOST_AVERAGES = 1L << 28;

  /** Floats that a batch may hold: 4 MB of weights, context and averages. */
  private static final long MOST_FLOATS = 1 << 20;

  private final Kernels kernels;
  private final Scratch scratch = new Scratch();
  private final BatchLimits<AttentionRow> limits;

  /**
   * Batches of rows of the same shape.
   *
   * @param batchVectors rows of weights and vectors of context that are computed together; a longer
   *     row is computed alone
   */
  public GivenAttentionBatches(Kernels kernels, int batchVectors) {
    this.kernels = kernels;
    this.limits =
        BatchLimits.of(AttentionRow::vectors, batchVectors)
            .and(row -> row.floats() + averages(row), MOST_FLOATS)
            .whereAlike(GivenAttentionBatches::haveOneShape);
  }

  private static long averages(AttentionRow row) {
    return (long) row.queries().length() * row.context().width();
  }

  private static boolean haveOneShape(AttentionRow one, AttentionRow other) {
    return one.isLike(other)
        && one.queries().length() == other.queries().length()
        && one.context().length() == other.context().length();
  }

  @Override
  public BatchLimits<AttentionRow> limits() {
    return limits;
  }

  @Override
  public Optional<Rejection> check(AttentionRow row) {
    Optional<Rejection> rejection =
        row.queries().rejection("attention").or(() -> row.context().rejection("context"));
    if (rejection.isEmpty() && row.queries().width() != row.context().length()) {
      return Optional.of(
          new Rejection(
              Reason.WRONG_SHAPE,
              String.format(
                  Locale.ROOT,
                  "%d attention weights for each result do not fit the %d vectors of the context",
                  row.queries().width(),
                  row.context().length())));
    }
    if (rejection.isEmpty() && averages(row) > MOST_AVERAGES) {
      return Optional.of(
          new Rejection(
              Reason.TOO_LONG,
              String.format(
                  Locale.ROOT,
                  "%d results of %d values are more than the %d that are computed together",
                  row.queries().length(),
                  row.context().width(),
                  MOST_AVERAGES)));
    }
    return rejection;
  }

  @Override
  public List<Rejectable<Result>> compute(List<AttentionRow> rows) {
    PackedVectors weights = packed(rows, AttentionRow::queries);
    PackedVectors context = packed(rows, AttentionRow::context);
    Matrix averages = Matrix.allocate(weights.vectors().rows(), context.vectors().columns());
    kernels.multiplyBatch(weights.vectors(), context.vectors(), rows.size(), averages, scratch);
    int[] starts = weights.cumulativeLengths();
    List<Rejectable<Result>> results = new ArrayList<>();
    for (int s = 0; s < rows.size(); s++) {
      Matrix average = averages.rows(starts[s], starts[s + 1]);
      results.add(AttentionEngine.result(average, kernels, Optional.empty()));
    }
    return results;
  }

  private static PackedVectors packed(
      List<AttentionRow> rows, Function<AttentionRow, AttentionSequence> sequence) {
    List<float[][]> vectors =
        rows.stream().map(row -> ((Vectors) sequence.apply(row)).values()).toList();
    return PackedVectors.of(vectors, sequence.apply(rows.get(0)).width());
  }
}
