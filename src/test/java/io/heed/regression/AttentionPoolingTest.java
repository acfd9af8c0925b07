package io.heed.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heed.DatasetSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionPoolingTest extends DatasetSuite {
  private static final long serialVersionUID = 1;

  private static final StructType VECTORS =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);
  private static final StructType NUMBERS =
      StructType.fromDDL("id INT NOT NULL, features DOUBLE, label DOUBLE");
  private static final StructType ARRAYS =
      StructType.fromDDL("id INT NOT NULL, features ARRAY<FLOAT>, label INT");

  @TempDir Path directory;

  @Override
  public SparkConf conf() {
    return super.conf().set("spark.sql.shuffle.partitions", "3");
  }

  private Dataset<Row> table(WorkedExample data) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < data.labels().length; i++) {
      rows.add(RowFactory.create(i, Vectors.dense(data.inputs()[i]), data.labels()[i]));
    }
    return spark().createDataFrame(rows, VECTORS);
  }

  private static double[] predictions(Dataset<Row> table) {
    return table.orderBy("id").select("prediction").collectAsList().stream()
        .mapToDouble(row -> row.getDouble(0))
        .toArray();
  }

  @Test
  void predictions_are_those_of_the_formula_for_every_kernel() {
    WorkedExample data = WorkedExample.random(1, 60, 3);
    WorkedExample queries = WorkedExample.random(2, 333, 3);
    for (String kernel : new String[] {"average", "gaussian", "learned"}) {
      AttentionPoolingModel model = new AttentionPooling().setKernel(kernel).fit(table(data));
      Dataset<Row> predicted = model.transform(table(queries));
      assertThat(predicted.columns()).containsExactly("id", "features", "label", "prediction");
      assertThat(predicted.schema()).isEqualTo(model.transformSchema(VECTORS));
      double[] actual = predictions(predicted);
      double width = model.summary().width();
      PoolingOracle oracle = new PoolingOracle(data);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(oracle.predict(queries.inputs()[i], width), within(1e-11));
      }
      assertThat(width)
          .isEqualTo(kernel.equals("average") ? 0 : kernel.equals("gaussian") ? 1 : width);
    }
  }

  @Test
  void partitions_and_the_order_of_rows_change_no_bit() {
    WorkedExample data = WorkedExample.seeded(3, 900);
    WorkedExample queries = WorkedExample.random(4, 700, 1);
    AttentionPooling learned = new AttentionPooling().setOptimizer("sgd").setStepSize(1e-3);
    AttentionPoolingModel expected = learned.fit(table(data).coalesce(1));
    double[] predictions = predictions(expected.transform(table(queries).coalesce(1)));
    for (int parts : new int[] {2, 5, 16}) {
      Dataset<Row> shuffled = table(data).orderBy(org.apache.spark.sql.functions.rand(parts));
      AttentionPoolingModel model = learned.fit(shuffled.repartition(parts));
      assertThat(model.summary()).isEqualTo(expected.summary());
      assertThat(predictions(model.transform(table(queries).repartition(17 - parts))))
          .isEqualTo(predictions);
    }
  }

  @Test
  void executors_and_driver_learn_the_same() {
    WorkedExample data = WorkedExample.seeded(5, 3000);
    AttentionPoolingModel model =
        new AttentionPooling().setOptimizer("sgd").setStepSize(1e-4).setWidth(3).fit(table(data));
    LearnedWidth alone =
        new WidthDescent(3, 1e-4, 5).learn(new LeaveOneOut(null, data.keys(), 10_000));
    assertThat(model.summary().steps()).isEqualTo(alone.steps());
    assertThat(model.summary().width()).isEqualTo(alone.width());
    assertThat(model.summary().queries()).isEqualTo(3000);
  }

  @Test
  void more_keys_than_a_block_holds_are_all_seen() {
    int count = Keys.BLOCK + 1000;
    Dataset<Row> numbers =
        spark()
            .range(count)
            .selectExpr(
                "cast(id as int) as id",
                "cast(id as double) as features",
                "cast(id % 7 as double) as label");
    AttentionPoolingModel model =
        new AttentionPooling().setKernel("gaussian").setWidth(9).fit(numbers);
    assertThat(model.summary().keys()).isEqualTo(count);
    assertThat(model.keys().blocks()).isEqualTo(2);
    int[] queries = {0, 5, Keys.BLOCK - 1, Keys.BLOCK, count - 1};
    double[][] features =
        Arrays.stream(queries).mapToObj(q -> new double[] {q}).toArray(double[][]::new);
    double[] expected = Arrays.stream(queries).mapToDouble(q -> q % 7).toArray();
    assertThat(model.pooler().predict(features)).containsExactly(expected, within(1e-9));
  }

  @Test
  void numbers_and_arrays_are_features_too() {
    WorkedExample data = WorkedExample.seeded(6);
    List<Row> numbers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      numbers.add(RowFactory.create(i, data.inputs()[i][0], data.labels()[i]));
    }
    Dataset<Row> table = spark().createDataFrame(numbers, NUMBERS);
    assertThat(predictions(new AttentionPooling().fit(table).transform(table)))
        .isEqualTo(predictions(new AttentionPooling().fit(table(data)).transform(table(data))));
    Dataset<Row> arrays =
        spark()
            .createDataFrame(
                List.of(
                    RowFactory.create(1, new Float[] {1f, 2f}, 3),
                    RowFactory.create(2, new Float[] {5f, 9f}, 4)),
                ARRAYS);
    AttentionPooling wide = new AttentionPooling().setKernel("gaussian").setWidth(50);
    assertThat(predictions(wide.fit(arrays).transform(arrays))).containsExactly(3, 4);
  }

  @Test
  void is_a_stage_of_a_pipeline_that_can_be_saved_and_loaded() throws IOException {
    Dataset<Row> columns =
        spark()
            .range(40)
            .selectExpr(
                "cast(id as int) as id", "id / 8.0 as a", "id % 5 as b", "sin(id) as label");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(new String[] {"a", "b"})
                      .setOutputCol("features"),
                  new AttentionPooling("pooling").setMaxTrainingQueries(33)
                });
    PipelineModel fitted = pipeline.fit(columns);
    double[] expected = predictions(fitted.transform(columns));
    fitted.save(directory.resolve("fitted").toString());
    PipelineModel loaded = PipelineModel.load(directory.resolve("fitted").toString());
    assertThat(predictions(loaded.transform(columns))).isEqualTo(expected);
    AttentionPoolingModel stage = (AttentionPoolingModel) loaded.stages()[1];
    assertThat(stage.summary()).isEqualTo(((AttentionPoolingModel) fitted.stages()[1]).summary());
    assertThat(stage.summary().queries()).isEqualTo(33);

    pipeline.save(directory.resolve("unfitted").toString());
    Pipeline again = Pipeline.load(directory.resolve("unfitted").toString());
    assertThat(predictions(again.fit(columns).transform(columns))).isEqualTo(expected);
  }

  @Test
  void a_model_replaces_a_saved_one_and_keeps_its_columns() throws IOException {
    Dataset<Row> table = table(WorkedExample.seeded(7));
    String path = directory.resolve("model").toString();
    AttentionPoolingModel first = new AttentionPooling().setKernel("average").fit(table);
    first.save(path);
    assertThatThrownBy(() -> first.save(path)).isInstanceOf(IOException.class);
    AttentionPoolingModel second =
        new AttentionPooling("named").setPredictionCol("y").setOptimizer("sgd").fit(table);
    second.write().overwrite().save(path);
    AttentionPoolingModel loaded = AttentionPoolingModel.load(path);
    assertThat(loaded.uid()).isEqualTo("named");
    assertThat(loaded.transform(table).columns()).endsWith("y");
    assertThat(loaded.summary()).isEqualTo(second.summary());
  }

  @Test
  void a_cross_validator_chooses_among_kernels_and_widths() {
    AttentionPooling pooling = new AttentionPooling().setKernel("gaussian");
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(pooling.width(), new double[] {0.01, 2.5, 200}).build();
    RegressionEvaluator evaluator = new RegressionEvaluator();
    CrossValidatorModel chosen =
        new CrossValidator()
            .setEstimator(pooling)
            .setEstimatorParamMaps(grid)
            .setEvaluator(evaluator)
            .setNumFolds(3)
            .setSeed(1)
            .fit(table(WorkedExample.seeded(8, 120)));
    AttentionPoolingModel best = (AttentionPoolingModel) chosen.bestModel();
    assertThat(best.summary().width()).isEqualTo(2.5);
    ParamMap[] kernels =
        new ParamGridBuilder()
            .addGrid(
                pooling.kernel(),
                scala.jdk.javaapi.CollectionConverters.asScala(List.of("average", "learned")))
            .build();
    assertThat(kernels).hasSize(2);
    AttentionPoolingModel average = pooling.fit(table(WorkedExample.seeded(8)), kernels[0]);
    assertThat(average.summary().width()).isZero();
    assertThat(average.parent().uid()).isEqualTo(pooling.uid());
  }

  @Test
  void the_summary_tells_how_the_width_was_learned_and_warns_of_overshooting() {
    long overshooting =
        IntStream.range(0, 100)
            .filter(
                seed -> {
                  double initial = new Random(seed).nextDouble();
                  LeaveOneOut training =
                      new LeaveOneOut(null, WorkedExample.seeded(seed).keys(), 50);
                  return new WidthDescent(initial, 0.5, 5)
                      .learn(training).warnings().stream()
                          .anyMatch(told -> told.contains("overshot"));
                })
            .findFirst()
            .orElseThrow();
    AttentionPoolingSummary summary =
        new AttentionPooling()
            .setOptimizer("sgd")
            .setSeed(overshooting)
            .fit(table(WorkedExample.seeded(overshooting)))
            .summary();
    assertThat(summary.steps()).hasSize(5);
    assertThat(summary.warnings()).isNotEmpty().allMatch(warning -> warning.contains("overshot"));
  }

  @Test
  void a_copy_keeps_what_it_is_not_given() {
    AttentionPooling pooling = new AttentionPooling().setWidth(3).setKernel("gaussian");
    AttentionPooling copy = pooling.copy(new ParamMap().put(pooling.predictionCol(), "y"));
    assertThat(copy.uid()).isEqualTo(pooling.uid());
    AttentionPoolingModel model = copy.fit(table(WorkedExample.seeded(9)));
    assertThat(model.summary().width()).isEqualTo(3);
    AttentionPoolingModel other = model.copy(new ParamMap().put(model.predictionCol(), "z"));
    assertThat(other.transformSchema(VECTORS).fieldNames()).endsWith("z");
    assertThat(model.transformSchema(VECTORS).fieldNames()).endsWith("y");
    assertThat(other.pooler().predict(new double[][] {{1}}))
        .isEqualTo(model.pooler().predict(new double[][] {{1}}));
  }

  private void assertRefused(String message, Row... rows) {
    Dataset<Row> table = spark().createDataFrame(Arrays.asList(rows), VECTORS);
    assertThatThrownBy(() -> new AttentionPooling().fit(table))
        .isInstanceOf(RegressionException.class)
        .hasMessage(message);
  }

  @Test
  void rows_that_cannot_be_used_are_told() {
    Row good = RowFactory.create(1, Vectors.dense(1, 2), 3.0);
    assertRefused("there is no training row");
    assertRefused("features is null in a row", good, RowFactory.create(2, null, 1.0));
    assertRefused("label is null in a row", good, RowFactory.create(2, Vectors.dense(1, 2), null));
    assertRefused(
        "label is NaN in a row", good, RowFactory.create(2, Vectors.dense(1, 2), Double.NaN));
    assertRefused(
        "features holds Infinity at position 1 in a row",
        good,
        RowFactory.create(2, Vectors.dense(1, Double.POSITIVE_INFINITY), 1.0));
    assertRefused(
        "features is empty in a row", RowFactory.create(2, Vectors.dense(new double[0]), 1.0));
    assertRefused(
        "some rows have 1 features and others 2",
        good,
        RowFactory.create(2, Vectors.dense(1), 1.0));
    AttentionPoolingModel model =
        new AttentionPooling().setKernel("gaussian").fit(table(WorkedExample.seeded(1)));
    assertThatThrownBy(
            () ->
                model
                    .transform(spark().createDataFrame(Collections.singletonList(good), VECTORS))
                    .collect())
        .hasStackTraceContaining("a query has 2 features, and the model was fitted on 1");
  }

  @Test
  void rows_without_a_prediction_are_marked_or_left_out_where_that_is_asked_for() {
    AttentionPoolingModel model =
        new AttentionPooling().setKernel("gaussian").fit(table(WorkedExample.seeded(1)));
    Dataset<Row> rows =
        spark()
            .sql(
                "SELECT 1 AS n, array(1D) AS features UNION ALL SELECT 2, NULL"
                    + " UNION ALL SELECT 3, array(CAST(NULL AS DOUBLE))"
                    + " UNION ALL SELECT 4, array() UNION ALL SELECT 5, array(1D, 2D)");
    List<Row> marked = model.setOnBadRow("mark").transform(rows).orderBy("n").collectAsList();
    assertThat(marked.get(0).<Object>getAs("rejection")).isNull();
    assertThat(marked.subList(1, 5))
        .allMatch(row -> row.getAs("prediction") == null)
        .extracting(row -> row.<Row>getAs("rejection").getString(1))
        .containsExactly(
            "features is null in a row",
            "features holds null at position 0 in a row",
            "features is empty in a row",
            "a query has 2 features, and the model was fitted on 1");
    Dataset<Row> left = model.setOnBadRow("reject").transform(rows);
    assertThat(left.columns()).containsExactly("n", "features", "prediction");
    assertThat(left.collectAsList()).hasSize(1);
    assertThatThrownBy(() -> model.setOnBadRow("fail").transform(rows).collectAsList())
        .hasStackTraceContaining(" in a row");
  }

  @Test
  void a_schema_that_does_not_fit_is_refused_before_anything_runs() {
    AttentionPooling pooling = new AttentionPooling();
    assertThatThrownBy(() -> pooling.setFeaturesCol("x").transformSchema(VECTORS))
        .hasMessage("there is no column x; there are id, features, label");
    pooling.setFeaturesCol("features");
    assertThatThrownBy(() -> pooling.setPredictionCol("label").transformSchema(VECTORS))
        .hasMessage("the input has a column label already, which the model adds");
    StructType texts = StructType.fromDDL("features STRING, label STRING");
    assertThatThrownBy(() -> new AttentionPooling().transformSchema(texts))
        .hasMessage("labelCol label is of type string; it has to be a number");
    assertThatThrownBy(
            () ->
                new AttentionPooling()
                    .setLabelCol("id")
                    .setFeaturesCol("t")
                    .transformSchema(StructType.fromDDL("t STRING, id INT")))
        .hasMessage(
            "featuresCol t is of type string; it has to be a vector, a number or an array of numbers");
    assertThatThrownBy(() -> pooling.setKernel("box")).hasMessageContaining("kernel");
    assertThatThrownBy(() -> pooling.setStepSize(0)).hasMessageContaining("stepSize");
    assertThatThrownBy(() -> pooling.setMaxIter(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxIter: '0' is not in range; expected a whole number from 1 to 2147483647");
    assertThatThrownBy(() -> pooling.setMaxTrainingQueries(-1))
        .hasMessageContaining("maxTrainingQueries: '-1' is not in range");
  }

  @Test
  void columns_that_differ_in_case_from_the_prediction_are_refused_unless_spark_tells_them_apart() {
    Dataset<Row> table = table(WorkedExample.seeded(1)).withColumnRenamed("id", "Prediction");
    String refusal =
        "the input has a column Prediction, and the model adds prediction, which are one to Spark";
    AttentionPooling pooling = new AttentionPooling().setKernel("average");
    assertThatThrownBy(() -> pooling.fit(table)).hasMessage(refusal);
    assertThatThrownBy(() -> new Pipeline().setStages(new PipelineStage[] {pooling}).fit(table))
        .hasMessage(refusal);
    AttentionPoolingModel model = pooling.fit(table(WorkedExample.seeded(1)));
    assertThatThrownBy(() -> model.transform(table)).hasMessage(refusal);
    spark().conf().set("spark.sql.caseSensitive", true);
    try {
      assertThat(pooling.fit(table).transform(table).select("prediction", "Prediction").count())
          .isEqualTo(50);
    } finally {
      spark().conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void names_of_columns_may_hold_dots_and_backticks() {
    Dataset<Row> table = table(WorkedExample.seeded(2));
    AttentionPooling odd =
        new AttentionPooling()
            .setKernel("gaussian")
            .setFeaturesCol("fea.tures")
            .setLabelCol("la`bel")
            .setPredictionCol("y.`");
    Dataset<Row> renamed = table.toDF("id", "fea.tures", "la`bel");
    Dataset<Row> predicted = odd.fit(renamed).transform(renamed).toDF("id", "f", "l", "prediction");
    AttentionPooling plain = new AttentionPooling().setKernel("gaussian");
    assertThat(predictions(predicted)).isEqualTo(predictions(plain.fit(table).transform(table)));
  }

  @Test
  void sparse_vectors_are_the_dense_ones_that_they_stand_for() {
    List<Row> sparse = new ArrayList<>();
    List<Row> dense = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double[] features = {i % 2, 0, i % 3 * 0.5};
      dense.add(RowFactory.create(i, Vectors.dense(features), (double) i));
      sparse.add(RowFactory.create(i, Vectors.dense(features).toSparse(), (double) i));
    }
    Dataset<Row> table = spark().createDataFrame(dense, VECTORS);
    Dataset<Row> same = spark().createDataFrame(sparse, VECTORS);
    assertThat(predictions(new AttentionPooling().fit(same).transform(same)))
        .isEqualTo(predictions(new AttentionPooling().fit(table).transform(table)));
    String refusal = "features holds a vector of 1073741824 values in a row, more than 16777216";
    Row longest = RowFactory.create(1, Vectors.sparse(1 << 30, new int[0], new double[0]), 1.0);
    assertRefused(refusal, longest);
    AttentionPoolingModel model = new AttentionPooling().setOnBadRow("mark").fit(table);
    Row marked =
        model.transform(spark().createDataFrame(List.of(longest), VECTORS)).collectAsList().get(0);
    assertThat(marked.<Row>getAs("rejection").getString(1)).isEqualTo(refusal);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void a_width_that_is_not_finite_is_refused(double width) {
    assertThatThrownBy(() -> new AttentionPooling().setWidth(width))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter width given invalid value " + width);
  }

  @Test
  void every_parameter_is_explained() {
    assertThat(new AttentionPooling().explainParams().lines())
        .hasSize(12)
        .allMatch(line -> line.matches("\\w+: .{20,} \\((undefined|default: .+)\\)"));
  }
}
