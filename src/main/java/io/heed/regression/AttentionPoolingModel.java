package io.heed.regression;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted {@link AttentionPooling}. Adds a column {@code prediction double}; the order within a
 * partition stays. A prediction depends on its own features and the training rows only, to the bit.
 */
public final class AttentionPoolingModel extends Model<AttentionPoolingModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final Param<String> featuresCol;
  private final Param<String> predictionCol;
  private Keys.Shared keys;
  private AttentionPoolingSummary summary;
  private Pooler pooler;

  /** A model without training rows, as Spark's reader begins with. */
  public AttentionPoolingModel(String uid) {
    this.uid = uid;
    featuresCol =
        new Param<>(this, "featuresCol", "column of vectors, numbers or arrays of numbers");
    predictionCol = new Param<>(this, "predictionCol", "column for the predictions");
    setDefault(featuresCol, "features");
    setDefault(predictionCol, "prediction");
  }

  AttentionPoolingModel(String uid, Keys.Shared keys, AttentionPoolingSummary summary) {
    this(uid);
    fill(keys, summary);
  }

  void fill(Keys.Shared fittedKeys, AttentionPoolingSummary fittedSummary) {
    keys = fittedKeys;
    summary = fittedSummary;
    pooler = new Pooler(fittedKeys, fittedSummary.width());
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> featuresCol() {
    return featuresCol;
  }

  public Param<String> predictionCol() {
    return predictionCol;
  }

  public AttentionPoolingModel setFeaturesCol(String value) {
    set(featuresCol, value);
    return this;
  }

  public AttentionPoolingModel setPredictionCol(String value) {
    set(predictionCol, value);
    return this;
  }

  /** How it was fitted. */
  public AttentionPoolingSummary summary() {
    return summary;
  }

  /** What predicts, for arrays instead of tables. */
  public Pooler pooler() {
    return pooler;
  }

  Keys.Shared keys() {
    return keys;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    FeatureColumn features = FeatureColumn.of(dataset.schema(), $(featuresCol));
    return dataset.toDF().mapPartitions(new PredictColumn(pooler, features), Encoders.row(schema));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    FeatureColumn.of(schema, $(featuresCol));
    return PredictColumn.extended(schema, $(predictionCol));
  }

  @Override
  public AttentionPoolingModel copy(ParamMap extra) {
    AttentionPoolingModel copy = new AttentionPoolingModel(uid, keys, summary);
    return copyValues(copy, extra).setParent(parent());
  }

  /**
   * Writes parameters as Spark ML does, beside them the training rows and the summary as Parquet.
   */
  @Override
  public MLWriter write() {
    return new SavedModel.Writer(this, DefaultParamsWritable.super.write());
  }

  /** Reads a saved model. */
  public static MLReader<AttentionPoolingModel> read() {
    return new SavedModel.Reader();
  }

  /** Reads a saved model. */
  public static AttentionPoolingModel load(String path) {
    return read().load(path);
  }
}
