package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import java.util.List;
import java.util.Optional;

/** Scores rows of tokens in batches of a token budget. Not thread-safe. */
public final class ScoringBatches implements BatchComputation<RowTokens, ScoredRow> {
  private final ScoringEngine engine;
  private final Predictor.Session session;
  private final BatchLimits<RowTokens> limits;

  /** Batches of an engine. */
  public ScoringBatches(ScoringEngine engine) {
    this.engine = engine;
    this.session = engine.predictor().session();
    this.limits = BatchLimits.of(row -> engine.cost(row.count()), engine.batchTokens());
  }

  @Override
  public BatchLimits<RowTokens> limits() {
    return limits;
  }

  @Override
  public Optional<Rejection> check(RowTokens row) {
    return RowTokens.check(row.ids(), engine.predictor().spec().vocabulary());
  }

  @Override
  public List<Rejectable<ScoredRow>> compute(List<RowTokens> rows) {
    return engine.score(rows.stream().map(RowTokens::ids).toList(), session);
  }
}
