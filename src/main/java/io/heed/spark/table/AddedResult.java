package io.heed.spark.table;

import io.heed.input.SparkRows;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
    // By the encoder that keeps arrays whole they are put in; out they come as Spark has them.
    Dataset<Row> extendedRows =
        rows.mapPartitions(
                new StageRows<>(transform, reader, badRows, marked),
                ComputedColumns.encoder(extended, schema.size()))
            .toDF();
    // Spark's encoders know no collations.
    return extendedRows.schema().equals(extended) ? extendedRows : extendedRows.to(extended);
  }
}
