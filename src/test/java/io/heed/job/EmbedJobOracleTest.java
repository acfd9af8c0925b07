package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.oracle.BertOracle;
import io.heed.oracle.OracleNormalization;
import io.heed.oracle.OraclePooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The job's vectors against a float64 encoder that shares no code with it. */
class EmbedJobOracleTest {
  private static final double TOLERANCE = 2e-6;
  private static final int VOCABULARY = 500;

  @TempDir Path directory;

  @Test
  void two_layers_of_width_128() throws IOException {
    int[] lengths =
        IntStream.concat(IntStream.rangeClosed(1, 65), IntStream.of(127, 400, 512)).toArray();
    compare(BertCheckpointFixture.of(2, 128, 2, VOCABULARY, 1), lengths);
  }

  @Test
  void six_layers_of_width_384() throws IOException {
    compare(BertCheckpointFixture.of(6, 384, 12, VOCABULARY, 2), 1, 2, 17, 64, 128, 300, 512);
  }

  @Test
  void twelve_layers_of_width_768() throws IOException {
    compare(BertCheckpointFixture.of(12, 768, 12, VOCABULARY, 3), 5, 90, 512);
  }

  @ParameterizedTest
  @EnumSource(OraclePooling.class)
  void every_pooling(OraclePooling pooling) throws IOException {
    Path model =
        BertCheckpointFixture.of(2, 128, 2, VOCABULARY, 4).write(directory.resolve("model"));
    TokenRows rows = TokenRows.of(VOCABULARY, 5, 1, 2, 9, 40);
    String name = pooling.name().toLowerCase(java.util.Locale.ROOT);
    Map<String, float[]> vectors = embed(model, rows, "--pooling", name, "--normalize", "true");

    BertOracle oracle = BertOracle.load(model);
    rows.rows()
        .forEach(
            (id, ids) ->
                assertClose(
                    id, vectors.get(id), oracle.embed(ids, pooling, OracleNormalization.L2)));
  }

  @Test
  void a_vector_per_token() throws IOException {
    Path model =
        BertCheckpointFixture.of(2, 128, 2, VOCABULARY, 4).write(directory.resolve("model"));
    TokenRows rows = TokenRows.of(VOCABULARY, 6, 1, 7, 30);
    Path output = directory.resolve("out");
    run(model, rows, output, "--pooling", "tokens");

    BertOracle oracle = BertOracle.load(model);
    for (Row row : LocalSpark.twoCores().read().parquet(output.toString()).collectAsList()) {
      String id = row.getAs("id");
      double[][] expected = oracle.embedTokens(rows.rows().get(id), OracleNormalization.L2);
      int index = row.fieldIndex("embedding");
      assertThat(row.getList(index)).hasSize(expected.length);
      for (int token = 0; token < expected.length; token++) {
        scala.collection.Seq<?> vector = (scala.collection.Seq<?>) row.getList(index).get(token);
        for (int i = 0; i < expected[token].length; i++) {
          assertThat(((Float) vector.apply(i)).doubleValue())
              .as("row %s, token %d, element %d", id, token, i)
              .isCloseTo(expected[token][i], within());
        }
      }
    }
  }

  private void compare(BertCheckpointFixture fixture, int... lengths) throws IOException {
    Path model = fixture.write(directory.resolve("model"));
    TokenRows rows = TokenRows.of(VOCABULARY, 7, lengths);
    Map<String, float[]> vectors = embed(model, rows);

    BertOracle oracle = BertOracle.load(model);
    assertThat(vectors).hasSize(lengths.length);
    rows.rows()
        .forEach(
            (id, ids) ->
                assertClose(
                    id,
                    vectors.get(id),
                    oracle.embed(ids, OraclePooling.MEAN, OracleNormalization.L2)));
  }

  private Map<String, float[]> embed(Path model, TokenRows rows, String... options)
      throws IOException {
    Path output = directory.resolve("out");
    run(model, rows, output, options);
    return EmbeddingsOf.output(LocalSpark.twoCores(), output);
  }

  private void run(Path model, TokenRows rows, Path output, String... options) throws IOException {
    SparkSession spark = LocalSpark.twoCores();
    assertThat(spark.sparkContext().isStopped()).isFalse();
    String[] given = {
      "--input", rows.write(directory.resolve("rows.jsonl")).toString(),
      "--tokens-column", "tokens",
      "--model", model.toString(),
      "--output", output.toString()
    };
    String[] all = Arrays.copyOf(given, given.length + options.length);
    System.arraycopy(options, 0, all, given.length, options.length);
    Ended ended = JobHarness.run(new EmbedJob(), all);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
  }

  private static void assertClose(String id, float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("row %s, element %d", id, i)
          .isCloseTo(expected[i], within());
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(TOLERANCE);
  }
}
