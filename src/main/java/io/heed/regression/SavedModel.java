package io.heed.regression;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A model in a directory: {@code metadata} with the parameters, {@code data/keys} with a row for
 * each training row, {@code data/summary} with one row. Nothing in it is code or a serialised
 * object.
 */
final class SavedModel {
  private static final String KEYS = "/data/keys";
  private static final String SUMMARY = "/data/summary";

  private static final StructType SUMMARY_SCHEMA =
      StructType.fromDDL(
          "width DOUBLE NOT NULL, queries BIGINT NOT NULL, loss DOUBLE NOT NULL,"
              + " step_widths ARRAY<DOUBLE> NOT NULL, step_losses ARRAY<DOUBLE> NOT NULL,"
              + " warnings ARRAY<STRING> NOT NULL");

  private SavedModel() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final AttentionPoolingModel model;
    private final MLWriter metadata;

    Writer(AttentionPoolingModel model, MLWriter metadata) {
      this.model = model;
      this.metadata = metadata;
    }

    @Override
    public void saveImpl(String path) {
      SparkSession spark = sparkSession();
      try {
        metadata.save(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      keys(spark).write().parquet(path + KEYS);
      AttentionPoolingSummary summary = model.summary();
      Row row =
          RowFactory.create(
              summary.width(),
              summary.queries(),
              summary.loss(),
              summary.steps().stream().map(Step::width).toArray(Double[]::new),
              summary.steps().stream().map(Step::loss).toArray(Double[]::new),
              summary.warnings().toArray(String[]::new));
      spark
          .createDataFrame(List.of(row), SUMMARY_SCHEMA)
          .coalesce(1)
          .write()
          .parquet(path + SUMMARY);
    }

    private Dataset<Row> keys(SparkSession spark) {
      Keys keys = model.keys();
      List<Integer> blocks = IntStream.range(0, keys.blocks()).boxed().toList();
      JavaRDD<Row> rows =
          JavaSparkContext.fromSparkContext(spark.sparkContext())
              .parallelize(blocks, blocks.size())
              .flatMap(index -> rows(keys.block(index)));
      return spark.createDataFrame(rows, TrainingRows.SCHEMA);
    }

    private static Iterator<Row> rows(KeyBlock block) {
      return IntStream.range(0, block.size())
          .mapToObj(key -> RowFactory.create(block.features(key), block.value(key)))
          .iterator();
    }
  }

  /** Reads a model. */
  static final class Reader extends MLReader<AttentionPoolingModel> {
    @Override
    public AttentionPoolingModel load(String path) {
      AttentionPoolingModel model = new DefaultParamsReader<AttentionPoolingModel>().load(path);
      SparkSession spark = sparkSession();
      // Where nobody names the schema, Spark's tasks send it, which Kryo may refuse.
      Dataset<Row> training = spark.read().schema(TrainingRows.SCHEMA).parquet(path + KEYS);
      Keys.Shared keys = TrainingRows.keys(training, TrainingRows.FEATURES, TrainingRows.LABEL);
      Row row = spark.read().schema(SUMMARY_SCHEMA).parquet(path + SUMMARY).first();
      List<Double> widths = row.getList(3);
      List<Double> losses = row.getList(4);
      List<Step> steps =
          IntStream.range(0, widths.size())
              .mapToObj(i -> new Step(widths.get(i), losses.get(i)))
              .toList();
      model.fill(
          keys,
          new AttentionPoolingSummary(
              keys.count(),
              keys.dimensions(),
              row.getDouble(0),
              row.getLong(1),
              row.getDouble(2),
              steps,
              row.getList(5)));
      return model;
    }
  }
}
