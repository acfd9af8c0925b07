package io.heed.regression;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

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
  private final Param<String> kernel;
  private final Param<String> optimizer;
  private final DoubleParam stepSize;
  private final IntParam maxIter;
  private final LongParam seed;
  private final DoubleParam width;
  private final IntParam maxTrainingQueries;

  /** An estimator with a random identifier. */
  public AttentionPooling() {
    this(Identifiable$.MODULE$.randomUID("attentionPooling"));
  }

  /** An estimator with the given identifier, as Spark's reader makes it. */
  public AttentionPooling(String uid) {
    this.uid = uid;
    columns = PredictionColumns.of(this);
    labelCol = new Param<>(this, "labelCol", "column of the numbers to predict");
    kernel = choice("kernel", "how training rows are weighted", Kernel.values());
    optimizer = choice("optimizer", "how kernel learned finds its width", Optimizer.values());
    stepSize =
        new DoubleParam(this, "stepSize", "sgd: factor of the gradient", ParamValidators.gt(0));
    maxIter = new IntParam(this, "maxIter", "sgd: number of epochs", atLeastOne("maxIter"));
    seed = new LongParam(this, "seed", "sgd: draws the width at the beginning from [0, 1)");
    width =
        new DoubleParam(
            this,
            "width",
            "width of kernel gaussian, 1 unless set; of sgd at the beginning, drawn unless set",
            ParamValidators.inRange(-Double.MAX_VALUE, Double.MAX_VALUE));
    maxTrainingQueries =
        new IntParam(
            this,
            "maxTrainingQueries",
            "most training rows whose errors make the loss; its time grows with rows times these",
            atLeastOne("maxTrainingQueries"));
    setDefault(columns.features(), "features");
    setDefault(labelCol, "label");
    setDefault(columns.prediction(), "prediction");
    setDefault(columns.rejection(), "rejection");
    setDefault(columns.onBadRow(), "fail");
    setDefault(kernel, "learned");
    setDefault(optimizer, "search");
    setDefault(stepSize, (Object) 0.5);
    setDefault(maxIter, (Object) 5);
    setDefault(seed, (Object) 0L);
    setDefault(maxTrainingQueries, (Object) 10_000);
  }

  private Param<String> choice(String name, String documentation, Enum<?>... values) {
    String[] names =
        Arrays.stream(values)
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new);
    String text = String.format(Locale.ROOT, "%s: %s", documentation, String.join(", ", names));
    return new Param<>(this, name, text, ParamValidators.inArray(names));
  }

  /** Spark's own check would name the value, and not the limits. */
  private static Function1<Object, Object> atLeastOne(String name) {
    return (Function1<Object, Object> & Serializable)
        value -> {
          if ((int) value < 1) {
            throw new IllegalArgumentException(
                String.format(
                    Locale.ROOT,
                    "%s: '%s' is not in range; expected a whole number from 1 to %d",
                    name,
                    value,
                    Integer.MAX_VALUE));
          }
          return true;
        };
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
    return kernel;
  }

  public Param<String> optimizer() {
    return optimizer;
  }

  public DoubleParam stepSize() {
    return stepSize;
  }

  public IntParam maxIter() {
    return maxIter;
  }

  public LongParam seed() {
    return seed;
  }

  public DoubleParam width() {
    return width;
  }

  public IntParam maxTrainingQueries() {
    return maxTrainingQueries;
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
    set(kernel, value);
    return this;
  }

  public AttentionPooling setOptimizer(String value) {
    set(optimizer, value);
    return this;
  }

  public AttentionPooling setStepSize(double value) {
    set(stepSize, (Object) value);
    return this;
  }

  public AttentionPooling setMaxIter(int value) {
    set(maxIter, (Object) value);
    return this;
  }

  public AttentionPooling setSeed(long value) {
    set(seed, (Object) value);
    return this;
  }

  public AttentionPooling setWidth(double value) {
    set(width, (Object) value);
    return this;
  }

  public AttentionPooling setMaxTrainingQueries(int value) {
    set(maxTrainingQueries, (Object) value);
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
    AttentionPoolingModel model =
        new AttentionPoolingModel(uid, keys, fitted(keys, dataset)).setParent(this);
    return copyValues(model, new ParamMap());
  }

  private AttentionPoolingSummary fitted(Keys keys, Dataset<?> dataset) {
    Kernel chosen = Kernel.valueOf($(kernel).toUpperCase(Locale.ROOT));
    if (chosen != Kernel.LEARNED) {
      double given = isSet(width) ? (double) $(width) : 1;
      double fixed = chosen == Kernel.AVERAGE ? 0 : given;
      return new AttentionPoolingSummary(
          keys.count(), keys.dimensions(), fixed, 0, Double.NaN, List.of(), List.of());
    }
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    LeaveOneOut training = new LeaveOneOut(spark, keys, (int) $(maxTrainingQueries));
    LearnedWidth learned =
        switch (Optimizer.valueOf($(optimizer).toUpperCase(Locale.ROOT))) {
          case SEARCH -> new WidthSearch(training).learn();
          case SGD -> descent().learn(training);
        };
    return new AttentionPoolingSummary(
        keys.count(),
        keys.dimensions(),
        learned.width(),
        training.queries(),
        learned.loss(),
        learned.steps(),
        learned.warnings());
  }

  private WidthDescent descent() {
    double initial = isSet(width) ? (double) $(width) : firstWidth((long) $(seed));
    return new WidthDescent(initial, (double) $(stepSize), (int) $(maxIter));
  }

  /** The generator takes 48 bits of a seed, so those above them are folded in. */
  private static double firstWidth(long seed) {
    long bits = seed < 0 ? seed : seed ^ seed >>> 48;
    return new Random(bits).nextDouble();
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
