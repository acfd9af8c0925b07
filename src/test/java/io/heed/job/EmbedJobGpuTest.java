package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.gpu.EmulatedDriver;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static void assertNear(List<Row> onGpu, List<Row> onCpu, List<String> equal, int vector) {
    assertThat(onGpu).hasSameSizeAs(onCpu);
    for (int i = 0; i < onGpu.size(); i++) {
      for (String column : equal) {
        assertThat(onGpu.get(i).<Object>getAs(column)).isEqualTo(onCpu.get(i).getAs(column));
      }
      List<Float> of = onGpu.get(i).getList(vector);
      List<Float> like = onCpu.get(i).getList(vector);
      double cosine = 0;
      for (int c = 0; c < like.size(); c++) {
        cosine += (double) of.get(c) * like.get(c);
      }
      assertThat(cosine).isBetween(0.9995, 1.0005);
      assertThat(of).isNotEqualTo(like);
    }
  }

  private static void assertSameCounts(JsonNode ofGpu, JsonNode ofCpu) {
    for (String count :
        List.of("rowsIn", "rowsOut", "rejectedByReason", "rowsTruncated", "tokens")) {
      assertThat(ofGpu.get(count)).as(count).isEqualTo(ofCpu.get(count));
    }
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
    assertThat(onGpu).hasSize(3);
    assertNear(onGpu, onCpu, List.of("id", "tokens", "token_count", "truncated"), 2);
    assertThat(sandbox.rejected()).isEqualTo(rejected);
    assertSameCounts(ofGpu, ofCpu);
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
  void aCardThatIsTooOldIsLeftToOthers() {
    EmulatedDriver.emulate("capability", 75);
    Ended auto = sandbox.run(input(), "--model", model, "--max-rejected-fraction", "0.5");
    assertThat(auto.exit()).as(auto.err()).isEqualTo(ExitCode.DONE);
    assertThat(auto.err())
        .containsPattern("device +cpu  .auto: .*compute capability 7.5: 8.0 or later is needed");
    Ended gpu = sandbox.run(input(), "--model", model, "--device", "gpu", "--overwrite");
    assertThat(gpu.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(gpu.err())
        .contains("heed: --device gpu: executor driver (")
        .endsWith("): emulated GPU, compute capability 7.5: 8.0 or later is needed for bfloat16\n");
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

  /** A table of ids, as SQL says the ids of row {@code id}. */
  private String ids(String tokens) {
    String place = sandbox.path("ids").toString();
    LocalSpark.twoCores()
        .range(40)
        .selectExpr(
            "id", "concat('t', id) as topic", tokens + " as tokens", "date'1582-10-10' as day")
        .repartition(3)
        .write()
        .mode("overwrite")
        .parquet(place);
    return place;
  }

  private List<Row> rowsOfIds(String place, String device) {
    return rowsOfIds(place, device, model, 5);
  }

  private List<Row> rowsOfIds(String place, String device, String of, int maxLength) {
    return sandbox.rowsOf(
        place,
        "--model",
        of,
        "--overwrite",
        "true",
        "--tokens-column",
        "tokens",
        "--keep-columns",
        "topic,tokens,day",
        "--max-length",
        String.valueOf(maxLength),
        "--partitions",
        "input",
        "--max-rejected-fraction",
        "0.5",
        "--device",
        device);
  }

  /**
   * Whether a GPU reads all rows by itself, or cores make rows of them to reject some, the table is
   * that of the CPU.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "transform(sequence(1, cast(id % 7 as int) + 1), x -> cast(x + id as int))",
        "if(id % 9 = 4, null, array(1, cast(id as int)))",
        "if(id % 9 = 4, array(1, null), array(1, 2))",
        "if(id % 9 = 4, array(), array(1, 2))",
        "if(id % 9 = 4, array(1, 100000), array(1, 2))",
        "if(id % 9 = 4, array(-1, 1), array(1, 2))",
        "array(cast(id as bigint), 1L)"
      })
  void tablesOfIdsAreThoseOfTheCpu(String tokens) {
    String place = ids(tokens);
    List<Row> onCpu = rowsOfIds(place, "cpu");
    var ofCpu = sandbox.report();
    List<Row> rejected = sandbox.rejected();
    List<Row> onGpu = rowsOfIds(place, "gpu");
    String reader = tokens.startsWith("if") ? "cores" : "the GPU";
    assertThat(sandbox.report().get("rowsReadBy").asText()).isEqualTo(reader);
    assertNear(onGpu, onCpu, List.of("id", "topic", "tokens", "token_count", "truncated"), 4);
    assertThat(sandbox.rejected()).isEqualTo(rejected);
    assertSameCounts(sandbox.report(), ofCpu);
  }

  /** Rows of cores, and rows that a GPU reads. */
  @ParameterizedTest
  @ValueSource(strings = {"cores", "the GPU"})
  void aVectorThatIsNotFiniteIsRejectedAsOnTheCpu(String reader) throws IOException {
    // A name, and no pattern.
    sandbox = new EmbedSandbox(directory.resolve("v[1] {2}"));
    Path broken = directory.resolve("broken");
    CheckpointCopy.of(Path.of(model), broken).row("embeddings.word_embeddings.weight", 3, 3e38f);
    boolean whole = reader.equals("the GPU");
    String ids = "array(1, cast(id % 20 as int), 2, cast(id % 7 as int) + 10)";
    String place = ids(whole ? ids : "if(id = 30, null, " + ids + ")");
    List<List<Row>> tables = new ArrayList<>();
    List<List<String>> rejected = new ArrayList<>();
    List<JsonNode> reports = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (String device : List.of("cpu", "gpu")) {
      tables.add(rowsOfIds(place, device, broken.toString(), 3));
      rejected.add(sandbox.rejected().stream().map(EmbedJobGpuTest::why).sorted().toList());
      reports.add(sandbox.report());
      columns.add(sandbox.columnsOfFiles());
    }
    assertThat(reports.get(1).get("rowsReadBy").asText()).isEqualTo(reader);
    assertNear(tables.get(1), tables.get(0), List.of("id", "topic", "token_count", "truncated"), 4);
    assertThat(sandbox.table().selectExpr("cast(day as string)").distinct().collectAsList())
        .extracting(day -> day.getString(0))
        .containsExactly("1582-10-10");
    assertThat(sandbox.rejected().stream().map(row -> row.getString(5)))
        .contains("{\"id\":23,\"topic\":\"t23\",\"tokens\":[1,3,2,12],\"day\":\"1582-10-10\"}");
    assertThat(tables.get(1)).hasSize(whole ? 38 : 37);
    assertThat(rejected.get(1)).isEqualTo(rejected.get(0)).hasSize(whole ? 2 : 3);
    assertSameCounts(reports.get(1), reports.get(0));
    assertThat(columns.get(1)).isEqualTo(columns.get(0)).contains("required float element");
    assertThat(sandbox.table().schema().apply("embedding").metadata().getString("heed.job"))
        .isEqualTo("embed");
  }

  /** Weights that are broken spoil most rows: none is written, and the rejected ones are told. */
  @Test
  void tooManyVectorsThatAreNotFiniteAreNoResult() throws IOException {
    Path broken = directory.resolve("broken");
    CheckpointCopy.of(Path.of(model), broken).row("embeddings.word_embeddings.weight", 3, 3e38f);
    String place = ids("if(id % 2 = 0, array(3, 4), array(4, 5))");
    Ended ended =
        sandbox.run(
            place, "--model", broken.toString(), "--tokens-column", "tokens", "--device", "gpu");
    assertThat(ended.exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
    assertThat(ended.err())
        .contains(
            "heed: note: looking for the rows that are written though the embedding has a value that"
                + " is not finite\n")
        .doesNotContain("once more")
        .contains("heed: 20 of 40 rows were rejected");
    assertThat(EmbedSandbox.namesIn(sandbox.output())).containsExactly("_heed");
    assertThat(sandbox.rejected()).hasSize(20);
  }

  private static String why(Row rejected) {
    return String.format(
        Locale.ROOT, "%s %s %s", rejected.get(0), rejected.get(1), rejected.get(2));
  }

  /** Why a run is on the CPU although a GPU is there. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--pooling tokens | a vector for each token is computed on the CPU alone",
        "--vector-type vector | --vector-type vector is no type of a GPU's columns",
        "--with-attention 1 | --with-attention asks for weights, which a GPU does not keep",
        "--precision float32 | --precision float32"
      })
  void whatAGpuCannotDoIsDoneByTheCpu(String options, String reason) {
    String[] given = ("--max-rejected-fraction 0.5 --model " + model + ' ' + options).split(" ");
    Ended ended = sandbox.run(input(), given);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err().replaceAll(" +", " ")).contains("device cpu (auto: " + reason + ")");
    assertThat(sandbox.report().at("/options/device/origin").asText()).isEqualTo("auto: " + reason);
    assertThat(sandbox.report().at("/options/precision/value").asText()).isEqualTo("float32");
  }
}
