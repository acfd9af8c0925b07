package io.heed.engine;

import io.heed.engine.EmbeddingEngine.Session;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Embeds rows of tokens in batches of a token budget. Where attention weights are asked for, whose
 * number grows with the square of a row's tokens, a batch also holds no more than 8 MB of them, or
 * those of one row. Not thread-safe.
 */
public final class EmbeddingBatches implements BatchComputation<RowTokens, EmbeddedRow> {
  /** Of a batch of a thousand tokens in rows of a hundred, a layer of 12 heads leaves 5 MB. */
  private static final long MOST_WEIGHT_BYTES = 8 << 20;

  private final EmbeddingEngine engine;
  private final Session session;
  private final BatchLimits<RowTokens> limits;

  /**
   * Batches of an engine.
   *
   * @param batchTokens tokens that are computed together; a longer row is computed alone
   */
  public EmbeddingBatches(EmbeddingEngine engine, int batchTokens) {
    this.engine = engine;
    this.session = engine.session();
    this.limits =
        BatchLimits.of(RowTokens::count, batchTokens)
            .and(row -> engine.attentionBytes(row.count()), MOST_WEIGHT_BYTES);
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
  public List<Rejectable<EmbeddedRow>> compute(List<RowTokens> rows) {
    Embeddings embeddings = session.embed(RowTokens.packed(rows));
    return IntStream.range(0, rows.size())
        .mapToObj(i -> Rejectable.of(row(rows.get(i), embeddings, i), embeddings.rejection(i)))
        .toList();
  }

  private static EmbeddedRow row(RowTokens tokens, Embeddings embeddings, int sequence) {
    return new EmbeddedRow(tokens, embeddings.vectors(sequence), embeddings.attention(sequence));
  }
}
