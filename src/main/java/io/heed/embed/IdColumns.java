package io.heed.embed;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_min;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.heed.input.Columns;
import io.heed.job.WholeTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;

/**
 * A table of token ids by its columns: where all of its rows can be embedded, a GPU reads, embeds
 * and writes them.
 *
 * @param plan of the rows, where a core makes tokens of them
 */
record IdColumns(TokenizedPlan plan) {
  private static final DataType IDS = DataTypes.createArrayType(DataTypes.IntegerType, true);

  /**
   * The rows of a readable table, where every one of them can be embedded. Looks at the ids of all,
   * which costs one more reading of them.
   *
   * @param columns the id, kept columns, and the token ids
   */
  Optional<WholeTable> whole(Dataset<Row> columns) {
    Column tokens = tokens(columns);
    Column isUsable = isUsable(column(columns, columns.columns()[0]), tokens);
    Row counts =
        columns
            .agg(
                count(lit(1)),
                sum(when(isUsable, 0).otherwise(1)),
                sum(cut(tokens)),
                sum(when(isCut(tokens), 1).otherwise(0)))
            .first();
    if (counts.getLong(0) == 0 || counts.getLong(1) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        new WholeTable(rows(columns), counts.getLong(0), counts.getLong(2), counts.getLong(3)));
  }

  /** Whether ids and names of rows are of types that need no core. */
  boolean isReadable(Dataset<Row> columns) {
    boolean areInts =
        columns.schema().apply(Columns.payloadName(0)).dataType() instanceof ArrayType array
            && (array.elementType().equals(DataTypes.IntegerType)
                || array.elementType().equals(DataTypes.LongType));
    return areInts && none(columns.schema().fields()[0].dataType()).isPresent();
  }

  /** Rows as {@link TokenizedPlan} gives them, of a table without any that it rejects. */
  Dataset<Row> rows(Dataset<Row> columns) {
    String[] names = columns.columns();
    Column tokens = tokens(columns);
    List<Column> rows = new ArrayList<>();
    // Known to Spark as never null, as in every output.
    Column none = none(columns.schema().fields()[0].dataType()).orElseThrow();
    rows.add(coalesce(column(columns, names[0]), none).as(names[0]));
    Arrays.stream(names, 1, names.length - 1).forEach(name -> rows.add(column(columns, name)));
    rows.add(tokens.cast(IDS).as(plan.column()));
    rows.add(coalesce(cut(tokens), lit(0)).as("token_count"));
    rows.add(coalesce(isCut(tokens), lit(false)).as("truncated"));
    return columns.select(rows.toArray(Column[]::new));
  }

  private static Column tokens(Dataset<Row> columns) {
    return column(columns, Columns.payloadName(0));
  }

  /** Tokens of a row that are computed. */
  private Column cut(Column tokens) {
    return least(size(tokens), lit(plan.embedding().maxLength()));
  }

  private Column isCut(Column tokens) {
    return size(tokens).gt(plan.embedding().maxLength());
  }

  /** What {@link io.heed.engine.SequenceRules} asks of a row, of columns. */
  private Column isUsable(Column id, Column tokens) {
    int notPooled = plan.embedding().pooling().promptTokens();
    Column asksOfIds =
        array_min(tokens)
            .geq(0)
            .and(array_max(tokens).lt(plan.embedding().vocabulary()))
            .and(exists(tokens, Column::isNull).unary_$bang());
    return coalesce(
        id.isNotNull().and(tokens.isNotNull()).and(cut(tokens).gt(notPooled)).and(asksOfIds),
        lit(false));
  }

  /** Some value of a type that ids have, in place of none. */
  private static Optional<Column> none(DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return Optional.of(lit(""));
    }
    return type instanceof IntegralType ? Optional.of(lit(0).cast(type)) : Optional.empty();
  }

  private static Column column(Dataset<Row> columns, String name) {
    return columns.col(Columns.quoted(name));
  }
}
