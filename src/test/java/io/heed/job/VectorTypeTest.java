package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors of Spark ML in the outputs and inputs of jobs. */
class VectorTypeTest {
  private static final Path SENTENCES = EmbedSandbox.SAMPLE_DATA.resolve("sentences.jsonl");
  private static final Path MODEL = EmbedSandbox.SAMPLE_DATA.resolve("checkpoint");

  @TempDir Path directory;

  @BeforeEach
  void startSpark() {
    LocalSpark.twoCores();
  }

  private Dataset<Row> output(Job job, Object input, String... options) {
    String output = directory.resolve("out").toString();
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--input", input.toString(), "--output", output, "--overwrite"));
    Ended ended = JobHarness.run(job, arguments.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores().read().parquet(output).orderBy("id");
  }

  private Dataset<Row> embedded(String... options) {
    List<String> all = new ArrayList<>(List.of("--model", MODEL.toString()));
    all.addAll(List.of(options));
    return output(new EmbedJob(), SENTENCES, all.toArray(String[]::new));
  }

  private static double[] doubles(List<Float> floats) {
    return floats.stream().mapToDouble(Float::doubleValue).toArray();
  }

  @Test
  void k_means_takes_the_embeddings_of_the_sample_as_they_are_read() {
    List<Row> arrays = embedded().collectAsList();
    Dataset<Row> vectors = embedded("--vector-type", "vector");
    assertThat(vectors.schema().apply("embedding").dataType()).isEqualTo(SQLDataTypes.VectorType());
    List<Row> rows = vectors.collectAsList();
    assertThat(rows).hasSameSizeAs(arrays).isNotEmpty();
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).<Vector>getAs("embedding").toArray())
          .containsExactly(doubles(arrays.get(i).getList(1)));
    }
    KMeansModel clusters = new KMeans().setFeaturesCol("embedding").setK(3).setSeed(7).fit(vectors);
    assertThat(clusters.clusterCenters()).hasSize(3);
    assertThat(clusters.transform(vectors).select("prediction").distinct().count()).isEqualTo(3);
  }

  @Test
  void pooling_tokens_and_attend_give_arrays_of_vectors_which_attend_reads() {
    Dataset<Row> arrays = embedded("--pooling", "tokens");
    arrays.write().parquet(directory.resolve("arrays").toString());
    Dataset<Row> vectors = embedded("--pooling", "tokens", "--vector-type", "vector");
    assertThat(vectors.schema().apply("embedding").dataType())
        .isEqualTo(DataTypes.createArrayType(SQLDataTypes.VectorType(), true));
    vectors.write().parquet(directory.resolve("vectors").toString());
    String[] options = {"--query-column", "embedding"};
    List<Row> expected =
        output(new AttendJob(), directory.resolve("arrays"), options).collectAsList();
    assertThat(output(new AttendJob(), directory.resolve("vectors"), options).collectAsList())
        .isEqualTo(expected)
        .isNotEmpty();
    Dataset<Row> contexts =
        output(
            new AttendJob(),
            directory.resolve("vectors"),
            "--query-column",
            "embedding",
            "--with-weights",
            "--vector-type",
            "vector");
    assertThat(contexts.schema().apply("context").dataType())
        .isEqualTo(DataTypes.createArrayType(SQLDataTypes.VectorType(), true));
    Row first = contexts.first();
    assertThat(first.<Vector>getList(1)).hasSameSizeAs(expected.get(0).getList(1));
  }

  @Test
  void sparse_vectors_attend_as_the_dense_ones_that_they_stand_for() throws IOException {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("query", DataTypes.createArrayType(SQLDataTypes.VectorType()));
    Vector[] sparse = {
      Vectors.sparse(3, new int[] {1}, new double[] {2}),
      Vectors.dense(1, 0, 5),
      Vectors.sparse(3, new int[0], new double[0])
    };
    String parquet = directory.resolve("in").toString();
    LocalSpark.twoCores()
        .createDataFrame(List.of(RowFactory.create(1, sparse)), schema)
        .write()
        .parquet(parquet);
    List<Row> rows = output(new AttendJob(), parquet).collectAsList();
    Path lines =
        Files.writeString(
            directory.resolve("in.jsonl"), "{\"id\":1,\"query\":[[0,2,0],[1,0,5],[0,0,0]]}\n");
    List<Row> expected = output(new AttendJob(), lines).collectAsList();
    assertThat(rows.get(0).<Object>getList(1)).isEqualTo(expected.get(0).getList(1)).hasSize(3);
  }

  @Test
  void embeddings_in_vectors_are_features_of_a_regression() {
    Dataset<Row> labels = embedded("--vector-type", "vector").selectExpr("id", "embedding");
    labels
        .selectExpr("id", "embedding", "cast(length(cast(id AS STRING)) AS DOUBLE) AS label")
        .write()
        .parquet(directory.resolve("labelled").toString());
    List<Row> rows =
        output(
                new RegressJob(),
                directory.resolve("labelled"),
                "--features",
                "embedding",
                "--weighting",
                "gaussian",
                "--width",
                "1000")
            .collectAsList();
    assertThat(rows).isNotEmpty().allMatch(row -> Double.isFinite(row.getDouble(1)));
  }
}
