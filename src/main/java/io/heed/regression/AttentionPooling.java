package io.heed.regression;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Attention pooling as a Spark ML estimator: Nadaraya–Watson kernel regression, {@code f(x) = Σ
 * αᵢ(x) yᵢ} over all training rows.
 *
 * <ul>
 *   <li>kernel {@code average}: every weight is {@code 1/n}
 *   <li>kernel {@code gaussian}: {@code softmax(−½ ‖x − xᵢ‖² w²)} with the given width, 1 by
 *       default
 *   <li>kernel {@code learned}: the same with a width learned from the loss {@code Σ (f(xᵢ) − yᵢ)²}
 *       in which each training row is a query for all other rows
 * </ul>
 *
 * <p>Optimizer {@code search} finds the width of least loss. Optimizer {@code sgd} is the recipe of
 * the textbook, which may overshoot; the model's summary then has warnings.
 *
 * <p>One loss costs n² where n is the number of rows, so no more than {@code maxTrainingQueries} of
 * them are queries, evenly spaced in the order of their features, each for all other rows.
 * Executors share the work. Features and labels are kept in blocks that Spark moves to disk where
 * memory is short; neither fitting nor predicting needs them in memory all at once.
 */
public final class AttentionPooling extends Estimator<AttentionPoolingModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  /** How keys are weighted. */
  public enum Kernel {
    AVERAGE,
    GAUSSIAN,
    LEARNED
  }

  /** How a width is learned. */
  public enum Optimizer {
    SEARCH,
    SGD
  }

  private final String uid;
  private final PredictionColumns columns;
  private final Param<String> labelCol;
  private final WidthParams widths;

  /** An estimator with a random identifier. */
  public AttentionPooling() {
    this(Identifiable$.MODULE$.randomUID("attentionPooling"));
  }

  /** An estimator with the given identifier, as Spark's reader makes it. */
  public AttentionPooling(String uid) {
    this.uid = uid;
    columns = PredictionColumns.of(this);
    labelCol = new Param<>(this, "labelCol", "column of the numbers to predict");
    widths = WidthParams.of(this);
    setDefault(columns.features(), "features");
    setDefault(labelCol, "label");
    setDefault(columns.prediction(), "prediction");
    setDefault(columns.rejection(), "rejection");
    setDefault(columns.onBadRow(), "fail");
    setDefault(widths.kernel(), "learned");
    setDefault(widths.optimizer(), "search");
    setDefault(widths.stepSize(), (Object) 0.5);
    setDefault(widths.maxIter(), (Object) 5);
    setDefault(widths.seed(), (Object) 0L);
    setDefault(widths.maxTrainingQueries(), (Object) 10_000);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> featuresCol() {
    return columns.features();
  }

  public Param<String> labelCol() {
    return labelCol;
  }

  public Param<String> rejectionCol() {
    return columns.rejection();
  }

  public Param<String> onBadRow() {
    return columns.onBadRow();
  }

  public Param<String> predictionCol() {
    return columns.prediction();
  }

  public Param<String> kernel() {
    return widths.kernel();
  }

  public Param<String> optimizer() {
    return widths.optimizer();
  }

  public DoubleParam stepSize() {
    return widths.stepSize();
  }

  public IntParam maxIter() {
    return widths.maxIter();
  }

  public LongParam seed() {
    return widths.seed();
  }

  public DoubleParam width() {
    return widths.width();
  }

  public IntParam maxTrainingQueries() {
    return widths.maxTrainingQueries();
  }

  public AttentionPooling setFeaturesCol(String value) {
    set(columns.features(), value);
    return this;
  }

  public AttentionPooling setLabelCol(String value) {
    set(labelCol, value);
    return this;
  }

  public AttentionPooling setRejectionCol(String value) {
    set(columns.rejection(), value);
    return this;
  }

  /**
   * What the model does with a row that has no prediction: {@code fail}, {@code mark}, {@code
   * reject}.
   */
  public AttentionPooling setOnBadRow(String value) {
    set(columns.onBadRow(), value);
    return this;
  }

  public AttentionPooling setPredictionCol(String value) {
    set(columns.prediction(), value);
    return this;
  }

  public AttentionPooling setKernel(String value) {
    set(widths.kernel(), value);
    return this;
  }

  public AttentionPooling setOptimizer(String value) {
    set(widths.optimizer(), value);
    return this;
  }

  public AttentionPooling setStepSize(double value) {
    set(widths.stepSize(), (Object) value);
    return this;
  }

  public AttentionPooling setMaxIter(int value) {
    set(widths.maxIter(), (Object) value);
    return this;
  }

  public AttentionPooling setSeed(long value) {
    set(widths.seed(), (Object) value);
    return this;
  }

  public AttentionPooling setWidth(double value) {
    set(widths.width(), (Object) value);
    return this;
  }

  public AttentionPooling setMaxTrainingQueries(int value) {
    set(widths.maxTrainingQueries(), (Object) value);
    return this;
  }

  /**
   * Fits a model.
   *
   * @throws RegressionException where the table has no row, a null, a number that is not finite, or
   *     vectors of different sizes, or where no width can be learned from it
   */
  @Override
  public AttentionPoolingModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Keys.Shared keys = TrainingRows.keys(dataset, $(columns.features()), $(labelCol));
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    AttentionPoolingSummary summary = widths.fitted(this, keys, spark);
    AttentionPoolingModel model = new AttentionPoolingModel(uid, keys, summary).setParent(this);
    return copyValues(model, new ParamMap());
  }

  @Override
  public StructType transformSchema(StructType schema) {
    TrainingRows.Reader.of(schema, $(columns.features()), $(labelCol));
    return columns.result(this, schema).schema(schema, Prediction.columns());
  }

  @Override
  public AttentionPooling copy(ParamMap extra) {
    return (AttentionPooling) defaultCopy(extra);
  }

  /** Reads a saved estimator. */
  public static MLReader<AttentionPooling> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a saved estimator. */
  public static AttentionPooling load(String path) {
    return read().load(path);
  }
}
