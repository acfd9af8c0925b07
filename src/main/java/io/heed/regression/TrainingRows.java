package io.heed.regression;

import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.SparkRow;
import io.heed.input.SparkRows;
import io.heed.row.Rejectable;
import io.heed.spark.table.BatchedComputation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Training rows to keys. Spark sorts them; the driver takes the sorted rows one partition at a time
 * and hands them on in blocks, of which it keeps no more than Spark's storage memory has room for.
 */
final class TrainingRows {
  static final String FEATURES = "features";
  static final String LABEL = "label";

  static final StructType SCHEMA =
      new StructType()
          .add(FEATURES, DataTypes.createArrayType(DataTypes.DoubleType, false), false)
          .add(LABEL, DataTypes.DoubleType, false);

  /** Rows that travel together at most, as doubles without objects around them. */
  private static final int CHUNK = 4096;

  private TrainingRows() {}

  /**
   * The keys of a table.
   *
   * @throws RegressionException where it has no row, a null, a number that is not finite, or
   *     vectors of different sizes
   */
  static Keys.Shared keys(Dataset<?> table, String featuresCol, String labelCol) {
    Reader reader = Reader.of(table.schema(), featuresCol, labelCol);
    Dataset<Row> sorted =
        table
            .toDF()
            .map((MapFunction<Row, Row>) reader::read, Encoders.row(SCHEMA))
            .sort(FEATURES, LABEL);
    try {
      return blocks(sorted.toJavaRDD());
    } catch (Exception e) { // Spark's are checked, but not declared.
      throw known(e);
    }
  }

  /** Reads the rows of a table. */
  record Reader(SparkRows rows, FeatureColumn features, Column<Double> label)
      implements Serializable {

    /**
     * A reader of the columns of a schema.
     *
     * @throws RegressionException where there is no such column, or one of another type
     */
    static Reader of(StructType schema, String featuresCol, String labelCol) {
      if (!(FeatureColumn.typeOf(schema, labelCol) instanceof NumericType)) {
        throw new RegressionException(
            String.format(
                Locale.ROOT,
                "labelCol %s is of type %s; it has to be a number",
                labelCol,
                schema.apply(labelCol).dataType().catalogString()));
      }
      Columns columns = new Columns();
      FeatureColumn features = FeatureColumn.of(schema, featuresCol, columns);
      Column<Double> label = columns.number(labelCol);
      return new Reader(new SparkRows(schema, columns, Optional.empty()), features, label);
    }

    Row read(Row row) {
      SparkRow values = rows.read(row);
      Rejectable<double[]> read = BatchedComputation.usable(values).then(features::read);
      if (read.rejection().isPresent()) {
        throw new RegressionException(read.rejection().get().message());
      }
      double[] numbers = read.value();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += 0.0; // −0 becomes 0, so that equal keys have equal bits
      }
      return RowFactory.create(numbers, label(values) + 0.0);
    }

    private double label(SparkRow row) {
      Double value = label.of(row);
      if (value == null) {
        throw new RegressionException(
            String.format(Locale.ROOT, "%s is null in a row", label.name()));
      }
      if (!Double.isFinite(value)) {
        throw new RegressionException(
            String.format(Locale.ROOT, "%s is %s in a row", label.name(), value));
      }
      return value;
    }
  }

  private static Keys.Shared blocks(JavaRDD<Row> sorted) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(sorted.context());
    List<Broadcast<double[]>> blocks = new ArrayList<>();
    Filling filling = null;
    long count = 0;
    Iterator<double[]> chunks = sorted.mapPartitions(new Chunks()).toLocalIterator();
    while (chunks.hasNext()) {
      double[] chunk = chunks.next();
      int dimensions = (int) chunk[0];
      if (filling == null) {
        filling = new Filling(dimensions);
      }
      filling.requireSize(dimensions);
      for (int from = 1; from < chunk.length; from += dimensions + 1) {
        filling.add(chunk, from);
        count++;
        if (filling.isFull()) {
          blocks.add(spark.broadcast(filling.empty()));
        }
      }
    }
    if (filling == null) {
      throw new RegressionException("there is no training row");
    }
    if (filling.rows > 0) {
      blocks.add(spark.broadcast(filling.empty()));
    }
    return new Keys.Shared(count, filling.dimensions, List.copyOf(blocks));
  }

  /**
   * Some rows of one size in one array, which every serializer takes: the number of features, then
   * features and label of each row.
   */
  private static final class Chunks implements FlatMapFunction<Iterator<Row>, double[]> {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<double[]> call(Iterator<Row> rows) {
      return new Iterator<>() {
        private double[] next = rows.hasNext() ? flat(rows.next()) : null;

        @Override
        public boolean hasNext() {
          return next != null;
        }

        @Override
        public double[] next() {
          if (next == null) {
            throw new NoSuchElementException();
          }
          int size = next.length;
          List<double[]> chunk = new ArrayList<>();
          while (next != null && chunk.size() < CHUNK && next.length == size) {
            chunk.add(next);
            next = rows.hasNext() ? flat(rows.next()) : null;
          }
          return joined(chunk, size);
        }
      };
    }

    private static double[] flat(Row row) {
      List<Double> features = row.getList(0);
      double[] flat = new double[features.size() + 1];
      for (int i = 0; i < features.size(); i++) {
        flat[i] = features.get(i);
      }
      flat[features.size()] = row.getDouble(1);
      return flat;
    }

    private static double[] joined(List<double[]> rows, int size) {
      double[] joined = new double[1 + rows.size() * size];
      joined[0] = size - 1;
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i), 0, joined, 1 + i * size, size);
      }
      return joined;
    }
  }

  /** A block that is being filled. */
  private static final class Filling {
    private final int dimensions;
    private double[] block = new double[0];
    private int rows;

    Filling(int dimensions) {
      this.dimensions = dimensions;
    }

    void requireSize(int found) {
      if (found != dimensions) {
        throw new RegressionException(
            String.format(
                Locale.ROOT, "some rows have %d features and others %d", dimensions, found));
      }
    }

    void add(double[] chunk, int from) {
      int width = dimensions + 1;
      if (rows * width == block.length) {
        int size = Math.min(Keys.BLOCK, Math.max(64, 2 * rows));
        block = Arrays.copyOf(block, size * width);
      }
      System.arraycopy(chunk, from, block, rows * width, width);
      rows++;
    }

    boolean isFull() {
      return rows == Keys.BLOCK;
    }

    double[] empty() {
      double[] full = Arrays.copyOf(block, rows * (dimensions + 1));
      rows = 0;
      return full;
    }
  }

  /** Our own error in the chain of causes, without Spark's words around it. */
  static RuntimeException known(Exception error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegressionException known) {
        return known;
      }
    }
    return error instanceof RuntimeException runtime ? runtime : new IllegalStateException(error);
  }
}
