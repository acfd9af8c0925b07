package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.attend.SequenceAttention;
import io.heed.classify.ClassifyJob;
import io.heed.classify.TextClassifier;
import io.heed.embed.EmbedJob;
import io.heed.embed.TextEmbedder;
import io.heed.generate.GenerateJob;
import io.heed.generate.TextGenerator;
import io.heed.job.JobHarness.Ended;
import io.heed.regression.AttentionPooling;
import io.heed.score.ScoreJob;
import io.heed.score.TextScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stages of pipelines beside the jobs of the same computations. */
class PipelineStagesTest {
  private static final Path SAMPLES = Path.of("sample-data");
  private static final StructType SERIES =
      StructType.fromDDL(
          "id STRING, bars ARRAY<STRUCT<open: DOUBLE, high: DOUBLE, low: DOUBLE, close: DOUBLE,"
              + " volume: DOUBLE>>");

  @TempDir static Path shared;
  @TempDir Path directory;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.twoCores();
  }

  private static String sample(String name) {
    return SAMPLES.resolve(name).toString();
  }

  private static Dataset<Row> table(String name, String ddl) {
    return spark.read().schema(StructType.fromDDL(ddl)).json(sample(name));
  }

  private static Dataset<Row> sentences() {
    return table("sentences.jsonl", "id STRING, text STRING");
  }

  static Stream<Arguments> twins() {
    TextGenerator draws =
        new TextGenerator()
            .setModel(sample("gpt"))
            .setIdCol("id")
            .setOutputPrefix("new_")
            .setMaxNewTokens(6)
            .setTemperature(0.8)
            .setTopP(0.95)
            .setSeed(7)
            .setStop("th");
    return Stream.of(
        Arguments.of(
            new TextEmbedder().setModel(sample("checkpoint")).setWithAttention("1,-1"),
            new EmbedJob(),
            "sentences.jsonl",
            "id STRING, text STRING",
            List.of("--model", sample("checkpoint"), "--with-attention", "1,-1")),
        Arguments.of(
            new TextClassifier()
                .setModel(sample("topics"))
                .setPairCol("topic")
                .setTruncateSide("second")
                .setMaxLength(40)
                .setLogits(true),
            new ClassifyJob(),
            "sentences.jsonl",
            "id STRING, text STRING, topic STRING",
            List.of(
                "--model",
                sample("topics"),
                "--pair-column",
                "topic",
                "--truncate-side",
                "second",
                "--max-length",
                "40",
                "--logits",
                "--max-rejected-fraction",
                "0.9")),
        Arguments.of(
            new TextScorer().setModel(sample("gpt")).setTopK(3).setTokenLogProbabilities(true),
            new ScoreJob(),
            "sentences.jsonl",
            "id STRING, text STRING",
            List.of("--model", sample("gpt"), "--top-k", "3", "--token-log-probabilities")),
        Arguments.of(
            new TextScorer().setModel(sample("bars-gpt")).setInputCol("bars"),
            new ScoreJob(),
            "bars.jsonl",
            SERIES.toDDL(),
            List.of("--model", sample("bars-gpt"), "--series-column", "bars")),
        Arguments.of(
            draws,
            new GenerateJob(),
            "sentences.jsonl",
            "id STRING, text STRING",
            List.of(
                "--model",
                sample("gpt"),
                "--max-new-tokens",
                "6",
                "--temperature",
                "0.8",
                "--top-p",
                "0.95",
                "--seed",
                "7",
                "--stop",
                "th")),
        Arguments.of(
            new TextGenerator()
                .setModel(sample("bars-gpt"))
                .setInputCol("bars")
                .setMaxNewTokens(10),
            new GenerateJob(),
            "bars.jsonl",
            SERIES.toDDL(),
            List.of(
                "--model",
                sample("bars-gpt"),
                "--series-column",
                "bars",
                "--max-new-tokens",
                "10")),
        Arguments.of(
            new SequenceAttention().setContextCol("context").setWithWeights(true),
            new AttendJob(),
            "sequences.jsonl",
            "id STRING, query ARRAY<ARRAY<FLOAT>>, context ARRAY<ARRAY<FLOAT>>",
            List.of("--context-column", "context", "--with-weights")));
  }

  @ParameterizedTest
  @MethodSource("twins")
  void a_stage_adds_the_columns_of_its_job_with_the_same_bits(
      Transformer stage, Job job, String name, String ddl, List<String> options)
      throws IOException {
    List<String> arguments = new ArrayList<>(options);
    arguments.addAll(List.of("--input", sample(name), "--output", directory.toString()));
    arguments.add("--overwrite");
    Ended ended = JobHarness.run(job, arguments.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> ofJob = spark.read().parquet(directory.toString());

    Dataset<Row> input = table(name, ddl);
    if (stage instanceof SequenceAttention) {
      input = input.withColumnRenamed("context", "keys");
      ((SequenceAttention) stage).setContextCol("keys");
    }
    Dataset<Row> all = saved(stage, input).transform(input);

    String prefix = stage instanceof TextGenerator && name.startsWith("sent") ? "new_" : "";
    Dataset<Row> ofStage = all.filter(all.col(prefix + "rejection").isNull());
    for (StructField field : ofJob.schema().fields()) {
      if (!field.name().equals("id")) {
        assertThat(values(ofStage, prefix + field.name()))
            .as(field.name())
            .isEqualTo(values(ofJob, field.name()));
      }
    }
    assertThat(ofStage.columns()).endsWith(prefix + "rejection");
    assertThat(ofStage.schema()).isEqualTo(stage.transformSchema(input.schema()));
    Dataset<Row> rejected = spark.read().parquet(directory.resolve("_heed/rejected").toString());
    assertThat(all.except(ofStage).select("id", prefix + "rejection.*").collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            rejected.select("id", "reason", "message").collectAsList());
  }

  private static List<String> values(Dataset<Row> table, String column) {
    return table.orderBy("id").select(column).collectAsList().stream().map(Row::toString).toList();
  }

  /** The stage as it is after it was written and read. */
  private static PipelineModel saved(Transformer stage, Dataset<Row> input) throws IOException {
    String path = shared.resolve(stage.uid()).toString();
    new org.apache.spark.ml.Pipeline()
        .setStages(new PipelineStage[] {stage})
        .fit(input)
        .write()
        .overwrite()
        .save(path);
    return PipelineModel.load(path);
  }

  @Test
  void a_bad_row_is_marked_left_out_or_ends_the_query() {
    Dataset<Row> rows =
        spark.sql("SELECT 1 AS id, 'a b' AS text UNION ALL SELECT 2 AS id, NULL AS text");
    TextScorer scorer = new TextScorer().setModel(sample("gpt"));

    List<Row> marked = scorer.transform(rows).orderBy("id").collectAsList();
    assertThat(marked.get(0).<Object>getAs("rejection")).isNull();
    assertThat(marked.get(1).<Object>getAs("log_likelihood")).isNull();
    assertThat(marked.get(1).<Row>getAs("rejection").getString(0)).isEqualTo("null_text");

    Dataset<Row> rejected = scorer.setOnBadRow("reject").transform(rows);
    assertThat(rejected.columns()).endsWith("perplexity");
    assertThat(rejected.select("id").as(org.apache.spark.sql.Encoders.INT()).collectAsList())
        .containsExactly(1);
    assertThat(rejected.schema().apply("log_likelihood").nullable()).isFalse();

    scorer.setOnBadRow("fail");
    assertThatThrownBy(() -> scorer.transform(rows).collectAsList())
        .hasStackTraceContaining("BadRowException: the text is null");
    assertThatThrownBy(() -> scorer.setOnBadRow("keep"))
        .hasMessage("onBadRow: 'keep' is not one of reject, mark, fail");
  }

  /** Spark's encoders read a collated string as a plain one. */
  @Test
  void columns_that_pass_through_keep_their_collation() {
    Dataset<Row> rows =
        spark.sql("SELECT 'a text' AS text, 'Ä' COLLATE UNICODE_CI AS name, array('x') AS tags");
    TextScorer scorer = new TextScorer().setModel(sample("gpt"));

    Dataset<Row> scored = scorer.transform(rows);

    assertThat(scored.schema()).isEqualTo(scorer.transformSchema(rows.schema()));
    assertThat(scored.schema().apply("name").dataType())
        .isEqualTo(rows.schema().apply("name").dataType());
    assertThat(scored.where("name = 'ä'").count()).isOne();
  }

  @Test
  void a_column_of_another_type_is_told_with_all_that_it_may_be() throws Exception {
    TextScorer scorer = new TextScorer().setModel(sample("bars-gpt")).setInputCol("bars");

    assertThatThrownBy(() -> scorer.transform(spark.sql("SELECT 1.5D AS bars")))
        .hasMessageContaining(
            "inputCol bars is of type double; it has to be string, array<int> or"
                + " array<struct<open,high,low,close,volume>> of numbers");
  }

  /** Between two stages, or a stage and a user's own step, stands nothing that makes rows anew. */
  @Test
  void a_stage_reads_what_another_has_added() throws Exception {
    TextGenerator generator =
        new TextGenerator().setModel(sample("gpt")).setMaxNewTokens(4).setOutputPrefix("g_");
    TextScorer scorer = new TextScorer().setModel(sample("gpt")).setInputCol("g_generated_ids");
    Dataset<Row> sentences = sentences().limit(5);
    assertUnmarked(scorer.transform(generator.transform(sentences)), 5);

    Dataset<Row> bars = table("bars.jsonl", SERIES.toDDL()).limit(3);
    generator.setModel(sample("bars-gpt")).setInputCol("bars").setMaxNewTokens(20);
    TextScorer ofBars =
        new TextScorer().setModel(sample("bars-gpt")).setInputCol("g_generated_bars");
    assertUnmarked(ofBars.transform(generator.transform(bars)), 3);

    Dataset<Row> vectors =
        spark.sql(
            "SELECT id, array(array(1f, 2f), array(cast(id AS float), 0f)) AS query FROM range(4)");
    SequenceAttention first = new SequenceAttention().setOutputPrefix("first_");
    SequenceAttention second =
        new SequenceAttention().setQueryCol("first_context").setOutputPrefix("second_");
    assertUnmarked(second.transform(first.transform(vectors)), 4, "second_rejection");

    Dataset<Row> embedded =
        new TextEmbedder()
            .setModel(sample("checkpoint"))
            .transform(sentences.withColumn("label", functions.expr("length(text) * 1.0D")));
    List<Integer> widths =
        embedded
            .map(
                (MapFunction<Row, Integer>) row -> row.getList(row.fieldIndex("embedding")).size(),
                Encoders.INT())
            .collectAsList();
    assertThat(widths).hasSize(5).containsOnly(128);
    new AttentionPooling().setFeaturesCol("embedding").setKernel("gaussian").fit(embedded);
  }

  private static void assertUnmarked(Dataset<Row> rows, int count) {
    assertUnmarked(rows, count, "rejection");
  }

  private static void assertUnmarked(Dataset<Row> rows, int count, String rejection) {
    assertThat(rows.select(rejection).collectAsList())
        .hasSize(count)
        .allSatisfy(row -> assertThat(row.isNullAt(0)).as(row.toString()).isTrue());
  }

  @Test
  void columns_keep_their_metadata_and_may_share_a_name() {
    Metadata comment = new MetadataBuilder().putString("comment", "as it was").build();
    Dataset<Row> rows =
        spark.sql("SELECT 'a text' AS text, 1 AS x, 2 AS x, 'Ä' COLLATE UNICODE_CI AS name");
    Dataset<Row> told = rows.withColumn("text", rows.col("text").as("text", comment));
    TextScorer scorer = new TextScorer().setModel(sample("gpt"));

    Dataset<Row> scored = scorer.transform(told);

    assertThat(scored.schema()).isEqualTo(scorer.transformSchema(told.schema()));
    assertThat(scored.schema().apply("text").metadata()).isEqualTo(comment);
    Row row = scored.collectAsList().get(0);
    assertThat(row.getInt(1)).isEqualTo(1);
    assertThat(row.getInt(2)).isEqualTo(2);
    assertThatThrownBy(() -> scorer.setInputCol("x").transform(told))
        .hasMessage("inputCol x: the input has several columns of this name");
  }

  @Test
  void parameters_are_explained_by_their_own_names() {
    for (PipelineStage stage :
        List.of(
            new TextEmbedder(),
            new TextClassifier(),
            new TextScorer(),
            new TextGenerator(),
            new SequenceAttention())) {
      assertThat(stage.explainParams().replace("--archives", "")).doesNotContain("--");
    }
    assertThat(new SequenceAttention().explainParams())
        .contains("that are dropped as in training")
        .contains("the values of embedding")
        .doesNotContain("second table")
        .doesNotContain("tokens");
  }

  @Test
  void what_a_stage_refuses_is_told_by_its_parameter() {
    assertThatThrownBy(
            () ->
                new TextScorer().setModel(sample("gpt")).setStride(1 << 20).transform(sentences()))
        .hasMessageStartingWith("stride 1048576 is not below the ");
  }

  @Test
  void draws_need_ids() {
    TextGenerator generator =
        new TextGenerator("g").setModel(sample("gpt")).setOutputPrefix("x_").setTemperature(1);
    assertThatThrownBy(() -> generator.transform(sentences()))
        .hasMessage(
            "a temperature above 0 draws tokens by the id of the row, and idCol of g is not set");
    generator.setIdCol("id").setMaxNewTokens(1);
    Dataset<Row> rows = spark.sql("SELECT CAST(NULL AS STRING) AS id, 'a' AS text");
    assertThat(generator.transform(rows).first().<Row>getAs("x_rejection").getString(0))
        .isEqualTo("missing_id");
    assertThatThrownBy(() -> new SequenceAttention("s").setDropout(0.5).transformSchema(vectors()))
        .hasMessage("dropout above 0 drops by the id of the row, and idCol of s is not set");
  }

  private static StructType vectors() {
    return StructType.fromDDL("query ARRAY<ARRAY<FLOAT>>");
  }

  @Test
  void what_would_change_nothing_is_refused() {
    SequenceAttention given =
        new SequenceAttention().setAttentionCol("weights").setContextCol("query");
    StructType schema = vectors().add("weights", vectors().apply("query").dataType());
    assertThat(given.transformSchema(schema).fieldNames()).endsWith("context", "rejection");
    assertThatThrownBy(() -> copy(given).setWithWeights(true).transformSchema(schema))
        .hasMessage("attentionCol and withWeights exclude each other");
    assertThatThrownBy(() -> copy(given).setHeads(7).transformSchema(schema))
        .hasMessage("attentionCol and heads exclude each other");
    assertThatThrownBy(() -> new SequenceAttention().setSeed(1).transformSchema(schema))
        .hasMessage("seed goes with dropout above 0");
    assertThatThrownBy(
            () -> new SequenceAttention().setNoVisibleKey("uniform").transformSchema(schema))
        .hasMessage("noVisibleKey goes with maskCol, without which every query sees a key");
    assertThatThrownBy(() -> new SequenceAttention().setPositions("none").transformSchema(schema))
        .hasMessage("positions goes with embedding");
  }

  private static SequenceAttention copy(SequenceAttention stage) {
    return stage.copy(new org.apache.spark.ml.param.ParamMap());
  }

  @Test
  void ids_that_nothing_can_depend_on_are_refused_before_anything_runs() {
    TextGenerator generator =
        new TextGenerator().setModel(sample("gpt")).setOutputPrefix("x_").setIdCol("nope");
    StructType schema = StructType.fromDDL("text STRING, i INTERVAL");
    assertThatThrownBy(() -> generator.transformSchema(schema))
        .hasMessage("idCol nope is no column of the input; there are text, i");
    assertThatThrownBy(() -> generator.setIdCol("i").transformSchema(schema))
        .hasMessage("idCol i is of type interval, which is no type of ids");
  }

  @Test
  void a_number_of_another_class_is_refused_and_not_saved() {
    TextGenerator generator = new TextGenerator();
    Param<Object> temperature = parameter(generator, "temperature");
    assertThatThrownBy(() -> generator.set(temperature, (Object) 1))
        .hasMessage("temperature: 1 is no Double");
    assertThat(generator.set(temperature, (Object) 1.0)).isSameAs(generator);
  }

  @SuppressWarnings("unchecked")
  private static Param<Object> parameter(TextGenerator stage, String name) {
    return (Param<Object>) stage.getParam(name);
  }

  @Test
  void what_is_wrong_with_a_value_is_told_with_its_column() {
    Dataset<Row> rows = spark.sql("SELECT array(array(1.0F), CAST(NULL AS ARRAY<FLOAT>)) AS query");
    Row row = new SequenceAttention().transform(rows).first();
    assertThat(row.<Row>getAs("rejection").getString(1))
        .isEqualTo("column query: vector 1, null, is not of type array<array<float>>");
  }

  @Test
  void an_embedder_refuses_in_the_schema_what_it_refuses_of_rows() {
    StructType ids = StructType.fromDDL("text ARRAY<INT>");
    TextEmbedder embedder = new TextEmbedder().setModel(sample("checkpoint"));
    assertThatThrownBy(() -> embedder.setWithAttention("99").transformSchema(ids))
        .hasMessageContaining("99 is not a layer of the model");
    assertThatThrownBy(
            () -> embedder.setWithAttention("1").setTokenTypesCol("types").transformSchema(ids))
        .hasMessage("tokenTypesCol types is no column of the input; there are text");
  }

  @Test
  void a_column_that_does_not_suit_is_told_before_anything_runs() {
    assertThatThrownBy(
            () -> new TextGenerator().setModel(sample("gpt")).transformSchema(sentences().schema()))
        .hasMessage("the input has a column text already, which the generator adds");
    assertThatThrownBy(
            () ->
                new TextScorer()
                    .setModel(sample("gpt"))
                    .setInputCol("body")
                    .transformSchema(sentences().schema()))
        .hasMessage("inputCol body is no column of the input; there are id, text");
    assertThatThrownBy(
            () -> new SequenceAttention().setQueryCol("id").transformSchema(sentences().schema()))
        .hasMessage(
            "queryCol id is of type string; it has to be an array of arrays of numbers, or of"
                + " vectors");
    assertThatThrownBy(() -> new TextScorer("s").transformSchema(sentences().schema()))
        .hasMessage("the parameter model of s is not set");
  }

  @Test
  void every_stage_is_found_by_spark_explains_itself_and_is_copied() throws Exception {
    List<Class<?>> stages =
        Stream.concat(
                ServiceLoader.load(Transformer.class).stream(),
                ServiceLoader.load(Estimator.class).stream())
            .<Class<?>>map(ServiceLoader.Provider::type)
            .filter(type -> type.getName().startsWith("io.heed."))
            .toList();
    assertThat(stages).hasSize(7);
    for (Class<?> type : stages) {
      PipelineStage stage = (PipelineStage) type.getConstructor(String.class).newInstance("named");
      assertThat(stage).isInstanceOf(DefaultParamsWritable.class);
      assertThat(type.getMethod("load", String.class).getReturnType()).isEqualTo(type);
      assertThat(stage.explainParams().lines())
          .hasSize(stage.params().length)
          .allMatch(line -> line.matches("\\w+: .{15,} \\((undefined|default: .+)\\)"));
      assertThat(Arrays.stream(stage.params()).map(Param::name)).doesNotHaveDuplicates();
      assertThat(stage.copy(new org.apache.spark.ml.param.ParamMap()).uid()).isEqualTo("named");
    }
  }
}
