package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.gpu.EmulatedDriver;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on GPUs: with the function of the plugin, on the emulated one. */
class EmbedJobGpuTest {
  @TempDir private static Path models;
  private static String model;

  @TempDir private Path directory;
  private EmbedSandbox sandbox;

  @BeforeAll
  static void startSession() throws IOException {
    WordPieceFixture pieces = WordPieceFixture.ascii();
    model =
        BertCheckpointFixture.of(1, 32, 1, pieces.size(), 8)
            .withTokenizer(pieces)
            .write(models.resolve("bert"))
            .toString();
    LocalSpark.stop();
    LocalSpark.with(
        "local[2]",
        Map.of(
            "spark.sql.extensions", "com.nvidia.spark.rapids.SQLExecPlugin",
            "spark.rapids.sql.reader.batchSizeBytes", "32m"));
  }

  @AfterAll
  static void stopSession() {
    LocalSpark.stop();
  }

  @BeforeEach
  void emulate() {
    EmulatedDriver.require();
    sandbox = new EmbedSandbox(directory);
  }

  private Path input() {
    return sandbox.write(
        "rows.jsonl",
        """
        {"id": "a", "tokens": "kept", "text": "the cat sat"}
        {"id": "b", "tokens": "too", "text": null}
        {"id": "c", "tokens": "and", "text": "a longer text that is cut after some of its tokens"}
        {"id": "d", "tokens": "this", "text": "a cat"}
        not json
        """);
  }

  private List<Row> rowsOf(String device) {
    return sandbox.rowsOf(
        input(),
        "--model",
        model,
        "--overwrite",
        "true",
        "--keep-columns",
        "tokens",
        "--max-length",
        "12",
        "--max-rejected-fraction",
        "0.5",
        "--device",
        device);
  }

  @Test
  void rowsAreThoseOfTheCpuButForTheLastBitsOfVectors() {
    List<Row> onCpu = rowsOf("cpu");
    var ofCpu = sandbox.report();
    var schema = sandbox.table().schema();
    List<Row> rejected = sandbox.rejected();
    List<Row> onGpu = rowsOf("gpu");
    var ofGpu = sandbox.report();

    assertThat(sandbox.table().schema().simpleString()).isEqualTo(schema.simpleString());
    assertThat(onGpu).hasSameSizeAs(onCpu).hasSize(3);
    for (int i = 0; i < onGpu.size(); i++) {
      for (String column : List.of("id", "tokens", "token_count", "truncated")) {
        assertThat(onGpu.get(i).<Object>getAs(column)).isEqualTo(onCpu.get(i).getAs(column));
      }
      List<Float> of = onGpu.get(i).getList(2);
      List<Float> like = onCpu.get(i).getList(2);
      double cosine = 0;
      for (int c = 0; c < like.size(); c++) {
        cosine += (double) of.get(c) * like.get(c);
      }
      assertThat(cosine).isBetween(0.9995, 1.0005);
      assertThat(of).isNotEqualTo(like);
    }
    assertThat(sandbox.rejected()).isEqualTo(rejected);
    for (String count :
        List.of("rowsIn", "rowsOut", "rejectedByReason", "rowsTruncated", "tokens")) {
      assertThat(ofGpu.get(count)).as(count).isEqualTo(ofCpu.get(count));
    }
    assertThat(ofGpu.at("/kernel/name").asText()).isEqualTo("gpu");
    assertThat(ofGpu.at("/kernel/reason").asText()).contains("emulated GPU");
    assertThat(ofGpu.get("computeSeconds").asDouble()).isPositive();
  }

  @Test
  void autoTakesTheGpuAndSaysSo() {
    Ended ended = sandbox.run(input(), "--model", model, "--max-rejected-fraction", "0.5");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err())
        .containsPattern("device +gpu  \\(auto: the RAPIDS plugin is there and the model fits\\)")
        .containsPattern("precision +bfloat16  \\(device gpu\\)");
    assertThat(LocalSpark.twoCores().conf().get("spark.rapids.sql.batchSizeBytes"))
        .isEqualTo("64m");
    assertThat(LocalSpark.twoCores().conf().get("spark.rapids.sql.reader.batchSizeBytes"))
        .isEqualTo("32m");
  }

  @Test
  void theColumnOfVectorsTellsWhatMadeIt() {
    rowsOf("gpu");
    Metadata told = sandbox.table().schema().apply("embedding").metadata();
    assertThat(told.getString("heed.job")).isEqualTo("embed");
    assertThat(told.getString("heed.settings")).contains("\"precision\":\"bfloat16\"");
    assertThat(told.getString("heed.model.sha256"))
        .isEqualTo(sandbox.report().at("/model/hash").asText());
  }
}
