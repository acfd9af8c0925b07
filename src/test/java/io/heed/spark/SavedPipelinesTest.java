package io.heed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPoolingModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pipelines that an earlier Heed saved: see {@code README.md} beside them. */
class SavedPipelinesTest {
  private static final Path SAVED = Path.of("src", "test", "resources", "pipelines");

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.twoCores();
  }

  @Test
  void an_embedder_gives_the_bits_and_the_columns_that_it_gave() {
    Dataset<Row> texts =
        spark.sql(
            "SELECT 'The morning frost covered the garden' AS text"
                + " UNION ALL SELECT CAST(NULL AS STRING) AS text");
    Dataset<Row> embedded = PipelineModel.load(path("embedder")).transform(texts);

    assertThat(embedded.schema().simpleString())
        .isEqualTo(
            "struct<text:string,v:array<float>,token_count:int,truncated:boolean,"
                + "why:struct<reason:string,message:string>>");
    List<Row> rows = embedded.collectAsList();
    assertThat(hash(rows.get(0).getList(1))).isEqualTo(2014700303);
    assertThat(rows.get(0).getInt(2)).isEqualTo(7);
    assertThat(rows.get(0).getBoolean(3)).isTrue();
    assertThat(rows.get(1)).hasToString("[null,null,0,false,[null_text,the text is null]]");
  }

  private static int hash(List<Float> vector) {
    assertThat(vector).hasSize(128);
    return Arrays.hashCode(vector.stream().mapToInt(Float::floatToIntBits).toArray());
  }

  @Test
  void a_fitted_pooling_predicts_what_it_predicted() {
    Dataset<Row> rows = spark.sql("SELECT CAST(id AS DOUBLE) f FROM range(4)");
    Dataset<Row> predicted = AttentionPoolingModel.load(path("pooling")).transform(rows);

    assertThat(predicted.columns()).containsExactly("f", "prediction");
    assertThat(predicted.collectAsList())
        .extracting(row -> row.getDouble(1))
        .containsExactly(
            2.7535265329498857E-7, 1.000000550705155, 4.000000550705156, 8.999998623236733);
  }

  @Test
  void a_pipeline_that_is_not_fitted_keeps_its_parameters() {
    Pipeline loaded = Pipeline.load(path("unfitted"));

    TextEmbedder embedder = (TextEmbedder) loaded.getStages()[0];
    assertThat(embedder.getOrDefault(embedder.pooling())).isEqualTo("max");
    assertThat(embedder.getOrDefault(embedder.maxLength())).isEqualTo(7);
    AttentionPooling pooling = (AttentionPooling) loaded.getStages()[1];
    assertThat(pooling.getOrDefault(pooling.width())).isEqualTo(2.0);
    assertThat(pooling.getOrDefault(pooling.featuresCol())).isEqualTo("f");
  }

  private static String path(String name) {
    return SAVED.resolve(name).toString();
  }
}
