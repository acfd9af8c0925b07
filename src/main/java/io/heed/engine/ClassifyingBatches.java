package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Classifies rows of tokens in batches of a token budget. Not thread-safe. */
public final class ClassifyingBatches implements BatchComputation<RowTokens, ClassifiedRow> {
  private final EmbeddingEngine engine;
  private final EmbeddingEngine.Session session;
  private final ClassScores scores;
  private final BatchLimits<RowTokens> limits;

  /**
   * Batches of an engine whose vectors are the logits of sequences.
   *
   * @param batchTokens tokens that are computed together; a longer row is computed alone
   */
  public ClassifyingBatches(EmbeddingEngine engine, ClassScores scores, int batchTokens) {
    this.engine = engine;
    this.session = engine.session();
    this.scores = scores;
    this.limits = BatchLimits.of(RowTokens::count, batchTokens);
  }

  @Override
  public BatchLimits<RowTokens> limits() {
    return limits;
  }

  @Override
  public Optional<Rejection> check(RowTokens row) {
    return engine.check(row);
  }

  @Override
  public List<Rejectable<ClassifiedRow>> compute(List<RowTokens> rows) {
    Embeddings logits = session.embed(RowTokens.packed(rows));
    return IntStream.range(0, rows.size())
        .mapToObj(i -> classified(rows.get(i), logits, i))
        .toList();
  }

  private Rejectable<ClassifiedRow> classified(RowTokens tokens, Embeddings all, int sequence) {
    if (all.rejection(sequence).isPresent()) {
      return Rejectable.rejected(Reason.NON_FINITE, "a logit is not finite");
    }
    float[] logits = all.vector(sequence);
    return Rejectable.of(new ClassifiedRow(tokens, logits, scores.of(logits)));
  }
}
