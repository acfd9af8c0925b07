package io.heed.engine;

import io.heed.engine.AttentionEngine.Result;
import io.heed.layer.Workspace;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import java.util.List;
import java.util.Optional;

/** Attends with rows in batches of a budget of vectors. Not thread-safe. */
public final class AttentionBatches implements BatchComputation<AttentionRow, Result> {
  /** Floats that a batch may hold: 4 MB of queries, context and weights. */
  private static final long MOST_FLOATS = 1 << 20;

  private final AttentionEngine engine;
  private final Workspace workspace = new Workspace();
  private final BatchLimits<AttentionRow> limits;

  /**
   * Batches of an engine.
   *
   * @param batchVectors vectors of queries and context that are computed together; a longer row is
   *     computed alone
   */
  public AttentionBatches(AttentionEngine engine, int batchVectors) {
    this.engine = engine;
    this.limits =
        BatchLimits.of(AttentionRow::vectors, batchVectors)
            .and(row -> row.floats() + engine.weightCount(row), MOST_FLOATS)
            .whereAlike(AttentionRow::isLike);
  }

  @Override
  public BatchLimits<AttentionRow> limits() {
    return limits;
  }

  @Override
  public Optional<Rejection> check(AttentionRow row) {
    return engine.check(row);
  }

  @Override
  public List<Rejectable<Result>> compute(List<AttentionRow> rows) {
    return engine.attend(rows, workspace);
  }
}
