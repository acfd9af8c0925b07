package io.heed.regression;

import io.heed.input.Columns;
import io.heed.input.SparkRows;
import io.heed.spark.table.AddedResult;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
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
  private final PredictionColumns columns;
  private Keys.Shared keys;
  private AttentionPoolingSummary summary;
  private Pooler pooler;

  /** A model without training rows, by which Spark Connect finds the class. */
  public AttentionPoolingModel() {
    this(Identifiable$.MODULE$.randomUID("attentionPooling"));
  }

  /** A model without training rows, as Spark's reader begins with. */
  public AttentionPoolingModel(String uid) {
    this.uid = uid;
    columns = PredictionColumns.of(this);
    setDefault(columns.features(), "features");
    setDefault(columns.prediction(), "prediction");
    setDefault(columns.rejection(), "rejection");
    setDefault(columns.onBadRow(), "fail");
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
    return columns.features();
  }

  public Param<String> predictionCol() {
    return columns.prediction();
  }

  public Param<String> rejectionCol() {
    return columns.rejection();
  }

  public Param<String> onBadRow() {
    return columns.onBadRow();
  }

  public AttentionPoolingModel setRejectionCol(String value) {
    set(columns.rejection(), value);
    return this;
  }

  /**
   * {@code fail} ends the query, {@code mark} keeps the row and tells why, {@code reject} drops it.
   */
  public AttentionPoolingModel setOnBadRow(String value) {
    set(columns.onBadRow(), value);
    return this;
  }

  public AttentionPoolingModel setFeaturesCol(String value) {
    set(columns.features(), value);
    return this;
  }

  public AttentionPoolingModel setPredictionCol(String value) {
    set(columns.prediction(), value);
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
    StructType schema = dataset.schema();
    AddedResult result = columns.result(this, schema);
    Columns read = new Columns();
    FeatureColumn features = FeatureColumn.of(schema, $(columns.features()), read);
    return result.rows(
        dataset.toDF(),
        new Prediction(features, pooler),
        new SparkRows(schema, read, Optional.empty()));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return columns.result(this, schema).schema(schema, Prediction.columns());
  }

  @Override
  public AttentionPoolingModel copy(ParamMap extra) {
    AttentionPoolingModel copy =
        summary == null
            ? new AttentionPoolingModel(uid)
            : new AttentionPoolingModel(uid, keys, summary);
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
