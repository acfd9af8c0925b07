package io.heed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.DatasetSuite;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.settings.SettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextEmbedderTest extends DatasetSuite {
  private static final int PATIENCE_SECONDS = 60;

  /** Tasks run in this JVM. */
  private static final CountDownLatch FIRST_ROW = new CountDownLatch(1);

  private static final long serialVersionUID = 1;

  private static final int WIDTH = 24;
  private static final int POSITIONS = 20;
  private static final WordPieceFixture PIECES = WordPieceFixture.ascii();
  private static final StructType TEXTS =
      StructType.fromDDL("id BIGINT NOT NULL, text STRING, topic STRING");
  private static final StructType TOKENS = StructType.fromDDL("id BIGINT, ids ARRAY<INT>");

  @TempDir static Path shared;
  private static Path model;

  @BeforeAll
  static void writeModel() throws IOException {
    model =
        BertCheckpointFixture.of(2, WIDTH, 3, PIECES.size(), 50)
            .withTokenizer(PIECES)
            .withMaxPositionEmbeddings(POSITIONS)
            .write(shared.resolve("model"));
  }

  @Test
  void adds_four_columns_to_every_row() {
    Dataset<Row> embedded = embedder().transform(texts());

    assertThat(embedded.schema().sql())
        .isEqualTo(
            StructType.fromDDL(
                    "id BIGINT NOT NULL, text STRING, topic STRING, embedding ARRAY<FLOAT>,"
                        + " token_count INT NOT NULL, truncated BOOLEAN NOT NULL,"
                        + " rejection STRUCT<reason: STRING NOT NULL, message: STRING NOT NULL>")
                .sql());
    assertDataFrameEquals(texts(), embedded.select("id", "text", "topic"));
    List<Row> rows = embedded.collectAsList();
    assertThat(rows).extracting(row -> row.getAs("token_count")).containsExactly(5, 2, 0, 20);
    assertThat(rows)
        .extracting(row -> row.getAs("truncated"))
        .containsExactly(false, false, false, true);
    assertThat(vector(rows.get(0), "embedding")).hasSize(WIDTH);
    assertThat(vector(rows.get(1), "embedding")).hasSize(WIDTH);
    assertThat(rows.get(2).<Object>getAs("embedding")).isNull();
    assertThat(rows.get(2).<Row>getAs("rejection"))
        .isEqualTo(RowFactory.create("null_text", "the text is null"));
    assertThat(List.of(rows.get(0), rows.get(1), rows.get(3)))
        .allMatch(row -> row.getAs("rejection") == null);
  }

  @Test
  void is_written_by_Java_with_its_parameters() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(embedder().setMaxLength(7));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TextEmbedder read = (TextEmbedder) in.readObject();
      assertThat(read.transform(texts()).collectAsList())
          .extracting(row -> row.getAs("token_count"))
          .containsExactly(5, 2, 0, 7);
      assertThatThrownBy(() -> read.setMaxLength(0)).hasMessageContaining("maxLength");
    }
  }

  @Test
  void token_ids_give_the_vectors_of_their_text() {
    List<Integer> abc = List.of(2, id("a"), id("##b"), id("##c"), 3);
    Dataset<Row> tokens =
        spark()
            .createDataFrame(List.of(RowFactory.create(1L, abc.toArray(Integer[]::new))), TOKENS);
    Row ofTokens = embedder().setInputCol("ids").transform(tokens).first();
    Row ofText = embedder().transform(texts()).first();
    assertThat(bits(ofTokens, "embedding")).isEqualTo(bits(ofText, "embedding"));
  }

  @Test
  void token_ids_that_cannot_be_embedded_are_rejected_in_their_place() {
    Dataset<Row> tokens =
        spark()
            .createDataFrame(
                List.of(
                    RowFactory.create(1L, new Integer[] {5, null}),
                    RowFactory.create(2L, null),
                    RowFactory.create(3L, new Integer[0]),
                    RowFactory.create(4L, new Integer[] {5}),
                    RowFactory.create(5L, new Integer[] {PIECES.size()})),
                TOKENS)
            .coalesce(1);
    List<Row> rows = embedder().setInputCol("ids").transform(tokens).collectAsList();
    assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(rows)
        .extracting(row -> row.getAs("rejection") == null ? null : row.getStruct(5).getString(0))
        .containsExactly(
            "wrong_type", "null_tokens", "empty_tokens", null, "token_out_of_vocabulary");
    assertThat(rows.get(0).getStruct(5).getString(1))
        .isEqualTo("the token id at position 1 is null");
  }

  @Test
  void pooling_tokens_gives_a_vector_for_each_token() {
    Dataset<Row> embedded = embedder().setPooling("tokens").transform(texts());
    assertThat(embedded.schema().apply("embedding").dataType().catalogString())
        .isEqualTo("array<array<float>>");
    List<Row> rows = embedded.collectAsList();
    assertThat(rows.get(0).getList(3)).hasSize(5);
    assertThat(rows.get(2).isNullAt(3)).isTrue();
  }

  @Test
  void parameters_have_their_effect() {
    Row normalized = embedder().transform(texts()).first();
    Row pooled = embedder().setNormalize(false).transform(texts()).first();
    assertThat(length(vector(normalized, "embedding"))).isBetween(1 - 1e-6, 1 + 1e-6);
    assertThat(length(vector(pooled, "embedding"))).isGreaterThan(1.5);

    Row cut = embedder().setMaxLength(4).setBatchTokens(1).transform(texts()).first();
    assertThat(cut.<Integer>getAs("token_count")).isEqualTo(4);
    assertThat(cut.<Boolean>getAs("truncated")).isTrue();

    Row prompted = embedder().setPrompt("q: ").setOutputCol("v").transform(texts()).first();
    assertThat(prompted.<Integer>getAs("token_count")).isEqualTo(5 + 2);
    assertThat(bits(prompted, "v")).isNotEqualTo(bits(normalized, "embedding"));
  }

  @Test
  void is_a_stage_of_a_pipeline_that_can_be_saved_and_loaded() throws IOException {
    SQLTransformer after =
        new SQLTransformer().setStatement("SELECT id, embedding[0] AS first FROM __THIS__");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {embedder(), after});
    PipelineModel fitted = pipeline.fit(texts());
    Dataset<Row> expected = fitted.transform(texts());
    assertThat(expected.columns()).containsExactly("id", "first");

    String path = shared.resolve("pipeline").toString();
    fitted.save(path);
    assertDataFrameEquals(expected, PipelineModel.load(path).transform(texts()));
  }

  @Test
  void a_saved_embedder_is_loaded_with_every_parameter() throws IOException {
    TextEmbedder saved =
        new TextEmbedder("named")
            .setInputCol("in")
            .setOutputCol("out")
            .setTokenCountCol("tokens")
            .setTruncatedCol("cut")
            .setRejectionCol("why")
            .setModel("there")
            .setTask("query")
            .setPooling("max")
            .setDimensions(3)
            .setVectorType("vector")
            .setNormalize(false)
            .setMaxLength(7)
            .setBatchTokens(99)
            .setPrompt("p")
            .setPromptName("n")
            .setWithAttention("1,-1")
            .setKernel("reference")
            .setTokenTypesCol("types")
            .setOutputPrefix("x_")
            .setOnBadRow("fail");
    assertThat(saved.params()).allMatch(saved::isSet);
    String path = shared.resolve("embedder").toString();
    saved.write().overwrite().save(path);
    TextEmbedder loaded = TextEmbedder.load(path);
    assertThat(loaded.uid()).isEqualTo("named");
    assertThat(loaded.explainParams()).isEqualTo(saved.explainParams());
  }

  @Test
  void a_copy_keeps_what_it_is_not_given() {
    TextEmbedder embedder = embedder().setMaxLength(9);
    TextEmbedder copy =
        embedder.copy(new ParamMap().put(embedder.outputCol(), "v").put(embedder.pooling(), "cls"));
    assertThat(copy).isNotSameAs(embedder).isInstanceOf(TextEmbedder.class);
    assertThat(copy.uid()).isEqualTo(embedder.uid());
    assertThat(copy.getOrDefault(copy.outputCol())).isEqualTo("v");
    assertThat(copy.getOrDefault(copy.maxLength())).isEqualTo(9);
    assertThat(embedder.getOrDefault(embedder.outputCol())).isEqualTo("embedding");
  }

  @Test
  void every_parameter_is_explained() {
    assertThat(new TextEmbedder().explainParams().lines())
        .hasSize(new TextEmbedder().params().length)
        .contains(
            "inputCol: column of texts, or of arrays of token ids (default: text)",
            "outputCol: column for the embeddings (default: embedding)")
        .allMatch(line -> line.matches("\\w+: .{20,} \\((undefined|default: \\w+)\\)"));
  }

  @Test
  void what_no_value_can_be_is_refused_when_it_is_set() {
    TextEmbedder embedder = new TextEmbedder();
    assertThatThrownBy(() -> embedder.setPooling("sum"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pooling");
    assertThatThrownBy(() -> embedder.setVectorType("list")).hasMessageContaining("vectorType");
    assertThatThrownBy(() -> embedder.setMaxLength(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxLength: '0' is not in range; expected a whole number from 1 to 2147483647");
    assertThatThrownBy(() -> embedder.setBatchTokens(2_000_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "batchTokens: '2000000' is not in range; expected a whole number from 1 to 1048576");
  }

  @Test
  void two_embedders_stand_in_one_pipeline_under_other_names() {
    StructType once = embedder().transformSchema(TEXTS);
    StructType twice =
        embedder()
            .setOutputCol("second")
            .setTokenCountCol("second_token_count")
            .setTruncatedCol("second_truncated")
            .setRejectionCol("second_rejection")
            .transformSchema(once);

    assertThat(twice.fieldNames())
        .startsWith(once.fieldNames())
        .endsWith("second", "second_token_count", "second_truncated", "second_rejection");
  }

  @Test
  void a_schema_that_does_not_fit_is_refused_before_anything_runs() {
    assertThatThrownBy(() -> embedder().setInputCol("body").transformSchema(TEXTS))
        .hasMessageContaining("body");
    assertThatThrownBy(() -> embedder().setInputCol("id").transformSchema(TEXTS))
        .hasMessage("inputCol id is of type bigint; it has to be string or array<int>");
    assertThatThrownBy(() -> embedder().setOutputCol("topic").transformSchema(TEXTS))
        .hasMessage("the input has a column topic already, which the embedder adds");
    assertThatThrownBy(
            () -> embedder().transformSchema(TEXTS.add("truncated", DataTypes.StringType)))
        .hasMessage("the input has a column truncated already, which the embedder adds");
    assertThat(embedder().transformSchema(TEXTS)).isEqualTo(embedder().transform(texts()).schema());
  }

  @Test
  void columns_that_differ_in_case_from_those_it_adds_are_refused_unless_spark_tells_them_apart() {
    Dataset<Row> table = texts().withColumnRenamed("topic", "Embedding");
    String refusal = "the input has a column Embedding, and the embedder adds embedding, which are";
    assertThatThrownBy(() -> embedder().transform(table))
        .isInstanceOf(SettingException.class)
        .hasMessage(refusal + " one to Spark");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {embedder()});
    assertThatThrownBy(() -> pipeline.fit(table)).hasMessageContaining(refusal);
    assertThatThrownBy(
            () -> embedder().setTokenCountCol("TRUNCATED").transformSchema(texts().schema()))
        .hasMessageContaining("TRUNCATED");
    spark().conf().set("spark.sql.caseSensitive", true);
    try {
      Dataset<Row> embedded = pipeline.fit(table).transform(table);
      assertThat(embedded.select("embedding", "Embedding").first().getString(1)).isEqualTo("x");
    } finally {
      spark().conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void names_of_columns_may_hold_dots_and_backticks() {
    Dataset<Row> table = texts().toDF("id", "te.xt", "a`b");
    Row row = embedder().setInputCol("te.xt").setOutputCol("v.`1").transform(table).first();
    assertThat(bits(row, "v.`1"))
        .isEqualTo(bits(embedder().transform(texts()).first(), "embedding"));
    assertThat(row.<String>getAs("a`b")).isEqualTo("x");
  }

  @Test
  void vectors_of_spark_ml_hold_the_same_numbers_and_k_means_takes_them() {
    TextEmbedder vectors = embedder().setVectorType("vector");
    assertThat(vectors.transformSchema(TEXTS).apply("embedding").dataType())
        .isEqualTo(SQLDataTypes.VectorType());
    Dataset<Row> embedded = vectors.transform(texts());
    assertThat(embedded.schema()).isEqualTo(vectors.transformSchema(TEXTS));
    List<Row> rows = embedded.collectAsList();
    List<Row> expected = embedder().transform(texts()).collectAsList();
    assertThat(rows.get(2).<Object>getAs("embedding")).isNull();
    float[] floats = vector(expected.get(0), "embedding");
    assertThat(rows.get(0).<Vector>getAs("embedding").toArray())
        .containsExactly(IntStream.range(0, WIDTH).mapToDouble(i -> floats[i]).toArray());
    KMeans means = new KMeans().setFeaturesCol("embedding").setK(2).setSeed(1);
    KMeansModel clusters = means.fit(embedded.where("rejection IS NULL"));
    assertThat(clusters.clusterCenters()).hasSize(2).allMatch(center -> center.size() == WIDTH);
  }

  @Test
  void pooling_tokens_gives_arrays_of_vectors_of_spark_ml() {
    TextEmbedder tokens = embedder().setPooling("tokens").setVectorType("vector");
    Dataset<Row> embedded = tokens.transform(texts());
    assertThat(embedded.schema()).isEqualTo(tokens.transformSchema(TEXTS));
    List<Row> rows = embedded.collectAsList();
    assertThat(rows.get(0).<Vector>getList(3))
        .hasSize(5)
        .allMatch(vector -> vector.size() == WIDTH);
    assertThat(rows.get(2).isNullAt(3)).isTrue();
  }

  @Test
  void a_model_that_cannot_be_used_is_told_on_the_driver() {
    assertThatThrownBy(() -> new TextEmbedder("e").transform(texts()))
        .isInstanceOf(SettingException.class)
        .hasMessage("the parameter model of e is not set");
    assertThatThrownBy(() -> embedder().setModel("/absent").transform(texts()))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the checkpoint /absent does not exist");
    assertThatThrownBy(() -> embedder().setMaxLength(POSITIONS + 1).transform(texts()))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("exceeds the 20 positions of the model");
    assertThatThrownBy(() -> embedder().setPromptName("query").transform(texts()))
        .hasMessageContaining("the checkpoint has no prompts");
  }

  @Test
  void files_that_change_after_the_plan_fail_with_both_hashes() throws IOException {
    Path changing =
        BertCheckpointFixture.of(1, WIDTH, 3, PIECES.size(), 51)
            .withTokenizer(PIECES)
            .write(shared.resolve("changing"));
    Dataset<Row> planned = embedder().setModel(changing.toString()).transform(texts());
    Files.writeString(
        changing.resolve("config.json"), Files.readString(changing.resolve("config.json")) + "\n");
    assertThatThrownBy(planned::collectAsList)
        .isInstanceOf(SparkException.class)
        .hasStackTraceContaining("differs from the driver's: its content hash is ");
  }

  @Test
  void a_killed_task_ends_at_its_next_row() throws InterruptedException {
    JavaRDD<Row> endless =
        jsc()
            .parallelize(List.of(1), 1)
            .flatMap(one -> Stream.generate(TextEmbedderTest::nextRow).iterator());
    Dataset<Row> embedded = embedder().transform(spark().createDataFrame(endless, TEXTS));
    CountDownLatch killed = new CountDownLatch(1);
    sc().addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                if (end.reason() instanceof TaskKilled) {
                  killed.countDown();
                }
              }
            });
    JavaFutureAction<Long> job = embedded.toJavaRDD().countAsync();
    assertThat(FIRST_ROW.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("rows are read").isTrue();
    job.cancel(true);
    assertThat(killed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("the task ends").isTrue();
  }

  private static Row nextRow() {
    FIRST_ROW.countDown();
    return RowFactory.create(1L, "abc", "x");
  }

  private static TextEmbedder embedder() {
    return new TextEmbedder().setModel(model.toString());
  }

  private Dataset<Row> texts() {
    return spark()
        .createDataFrame(
            List.of(
                RowFactory.create(1L, "abc", "x"),
                RowFactory.create(2L, "", null),
                RowFactory.create(3L, null, "y"),
                RowFactory.create(4L, "far too long for the model", "z")),
            TEXTS)
        .coalesce(1);
  }

  private static int id(String piece) {
    return PIECES.vocabulary().indexOf(piece);
  }

  private static float[] vector(Row row, String column) {
    List<Float> values = row.getList(row.fieldIndex(column));
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }

  private static List<Integer> bits(Row row, String column) {
    float[] vector = vector(row, column);
    return IntStream.range(0, vector.length)
        .mapToObj(i -> Float.floatToRawIntBits(vector[i]))
        .toList();
  }

  private static double length(float[] vector) {
    return Math.sqrt(
        IntStream.range(0, vector.length).mapToDouble(i -> vector[i] * vector[i]).sum());
  }
}
