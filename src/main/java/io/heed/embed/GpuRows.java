package io.heed.embed;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.isnan;

import io.heed.engine.Embeddings;
import io.heed.engine.RowTokens;
import io.heed.input.Columns;
import io.heed.job.ColumnComputation;
import io.heed.job.RowComputation;
import io.heed.job.TaskOutputs;
import io.heed.job.WholeTable;
import io.heed.rapids.GpuEmbedding;
import io.heed.rapids.RapidsColumns;
import io.heed.spark.tokens.TokenSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows to embeddings on GPUs: cores make tokens of them, reject and count, and what is left is
 * embedded column by column.
 *
 * @param added the columns of the result
 */
record GpuRows(TokenizedPlan transform, RapidsColumns embedding, StructType added)
    implements RowComputation<RowTokens>, ColumnComputation {
  private static final String TOKENS = "tokens";

  /**
   * The computation of a plan.
   *
   * @param carried the id and the kept columns of the rows
   */
  static GpuRows of(EmbedPlan plan, List<StructField> carried) {
    StructType added = plan.added();
    String tokens = apart(carried);
    GpuEmbedding embedding =
        new GpuEmbedding(plan.model(), plan.maxLength(), plan.pooling(), plan.ending());
    return new GpuRows(
        new TokenizedPlan(plan, tokens),
        new RapidsColumns(embedding, tokens, added.fieldNames()[0]),
        added);
  }

  /** A name for the column of tokens that no other has. */
  private static String apart(List<StructField> carried) {
    List<String> taken =
        carried.stream().map(field -> field.name().toLowerCase(Locale.ROOT)).toList();
    String name = TOKENS;
    while (taken.contains(name)) {
      name += "_";
    }
    return name;
  }

  @Override
  public Optional<ColumnComputation> columns() {
    return Optional.of(this);
  }

  @Override
  public void prepare(SparkSession spark) {
    RapidsColumns.prepare(spark);
  }

  @Override
  public Optional<WholeTable> whole(Dataset<Row> columns) {
    if (!(transform.embedding().tokens() instanceof TokenSource.Ids)) {
      return Optional.empty();
    }
    prepare(columns.sparkSession());
    IdColumns ids = new IdColumns(transform);
    return ids.isReadable(columns) && embedding.fault(ids.rows(columns)).isEmpty()
        ? ids.whole(columns)
        : Optional.empty();
  }

  @Override
  public Dataset<Row> of(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance) {
    return embedding.of(rows, outputs, provenance);
  }

  @Override
  public Dataset<Row> ofWhole(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance) {
    return embedding.ofWhole(rows, outputs, provenance);
  }

  @Override
  public Suspects suspects(Dataset<Row> written) {
    Column isSuspect = exists(column(written, embedding.vector()), GpuRows::isNotFinite);
    return new Suspects(
        isSuspect,
        Embeddings.notFinite(),
        column(written, "token_count"),
        column(written, "truncated"));
  }

  private static Column isNotFinite(Column value) {
    return isnan(value).or(abs(value).equalTo(Float.POSITIVE_INFINITY));
  }

  private static Column column(Dataset<Row> rows, String name) {
    return rows.col(Columns.quoted(name));
  }
}
