package io.heed.spark.table;

import io.heed.input.SparkRows;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How a stage puts the columns of a result behind those of its rows.
 *
 * @param badRows what becomes of rows without a result
 * @param names from the names of the result, and {@code rejection}, to those of the stage
 * @param marks the value of a column of the result in a row that is marked
 * @param adder what the stage is called in messages
 */
public record AddedResult(
    BadRows badRows,
    UnaryOperator<String> names,
    Function<StructField, Object> marks,
    String adder) {
  private static final String REJECTION = "rejection";

  /** The reason why a row that is marked has no result. */
  private static final StructType REASON =
      new StructType()
          .add("reason", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  /**
   * A schema with the added columns and, where rows are marked, the reason.
   *
   * @throws io.heed.settings.SettingException where the schema has one of their names
   */
  public StructType schema(StructType schema, StructType added) {
    StructType extended = schema;
    for (StructField field : added.fields()) {
      boolean nullable = field.nullable() || badRows == BadRows.MARK && marks.apply(field) == null;
      extended = add(extended, field.name(), field, nullable);
    }
    return badRows == BadRows.MARK
        ? add(extended, REJECTION, new StructField("", REASON, true, Metadata.empty()), true)
        : extended;
  }

  private StructType add(StructType schema, String name, StructField field, boolean nullable) {
    return AddedColumns.add(
        schema,
        new StructField(names.apply(name), field.dataType(), nullable, field.metadata()),
        adder);
  }

  /**
   * Rows with their results.
   *
   * @param reader what of a row is computed from
   */
  public <R> Dataset<Row> rows(Dataset<Row> rows, RowTransform<R> transform, SparkRows reader) {
    StructType schema = rows.schema();
    StructType added = transform.added();
    Object[] marked = new Object[added.size()];
    for (int i = 0; i < marked.length; i++) {
      marked[i] = marks.apply(added.fields()[i]);
    }
    StructType extended = schema(schema, added);
    Dataset<Row> computed =
        rows.toDF(numbered("given", schema).fieldNames())
            .mapPartitions(
                new StageRows<>(transform, reader, badRows, marked),
                ComputedColumns.encoder(numbered("made", extended), schema.size()))
            .toDF();
    return computed.select(named(computed.schema(), extended));
  }

  /**
   * The same columns by their places. Between two steps over rows that nothing stands between,
   * Spark hands on the objects that the first has made, such as Java arrays, where the second looks
   * for those of Spark's own rows: that the names change stands between, if those that a step gives
   * are not those that the next one takes. Also, columns may share a name.
   */
  private static StructType numbered(String kind, StructType columns) {
    StructField[] fields = columns.fields();
    StructType numbered = new StructType();
    for (int i = 0; i < fields.length; i++) {
      numbered = numbered.add(kind + i, fields[i].dataType(), fields[i].nullable());
    }
    return numbered;
  }

  /** The columns by their names, with what encoders do not keep: metadata and collations. */
  private static Column[] named(StructType computed, StructType columns) {
    Column[] named = new Column[columns.size()];
    for (int i = 0; i < named.length; i++) {
      StructField field = columns.fields()[i];
      Column column = functions.col(computed.fields()[i].name());
      boolean same = computed.fields()[i].dataType().equals(field.dataType());
      named[i] = (same ? column : column.cast(field.dataType())).as(field.name(), field.metadata());
    }
    return named;
  }
}
