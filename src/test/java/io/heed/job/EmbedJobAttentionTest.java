package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.job.JobHarness.Ended;
import io.heed.oracle.BertOracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The attention weights beside the embeddings, as columns and as pictures. */
class EmbedJobAttentionTest {
  private static final double TOLERANCE = 1e-6;
  private static final WordPieceFixture PIECES = WordPieceFixture.ascii();

  /** Six heads, which take their products in two groups. */
  private static final BertCheckpointFixture MODEL =
      BertCheckpointFixture.of(3, 192, 6, PIECES.size(), 51);

  private static final TokenRows ROWS = TokenRows.of(PIECES.size(), 52, 1, 2, 17, 64, 65, 300, 9);

  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
  }

  private List<Row> rowsOf(Path model, Path input, String... options) {
    String[] shared = {"--model", model.toString(), "--overwrite"};
    return job.rowsOf(input, Stream.of(shared, options).flatMap(Stream::of).toArray(String[]::new));
  }

  private List<Row> tokenRowsOf(Path model, Path input, String... options) {
    String[] shared = {"--tokens-column", "tokens"};
    return rowsOf(
        model, input, Stream.of(shared, options).flatMap(Stream::of).toArray(String[]::new));
  }

  @Test
  void weights_are_those_of_the_oracle() throws IOException {
    Path model = MODEL.write(directory.resolve("model"));
    Path input = ROWS.write(directory.resolve("rows.jsonl"));
    List<Row> rows = tokenRowsOf(model, input, "--with-attention", "-1,1");

    assertThat(job.table().schema().apply("attention").dataType().simpleString())
        .isEqualTo("array<struct<layer:int,weights:array<array<array<float>>>>>");
    BertOracle oracle = BertOracle.load(model);
    assertThat(rows).hasSize(ROWS.rows().size());
    for (Row row : rows) {
      int[] ids = ROWS.rows().get(row.<String>getAs("id"));
      assertThat(row.<String>getList(row.fieldIndex("tokens")))
          .isEqualTo(IntStream.of(ids).mapToObj(String::valueOf).toList());
      Map<Integer, List<List<List<Float>>>> layers = weights(row);
      assertThat(layers.keySet()).containsExactly(1, 3);
      layers.forEach((layer, heads) -> assertClose(heads, oracle.attentionWeights(layer - 1, ids)));
    }
  }

  private static void assertClose(List<List<List<Float>>> heads, double[][][] expected) {
    assertThat(heads).hasSize(expected.length);
    for (int head = 0; head < expected.length; head++) {
      assertThat(heads.get(head)).hasSize(expected[head].length);
      for (int token = 0; token < expected[head].length; token++) {
        double[] weights =
            heads.get(head).get(token).stream().mapToDouble(Float::doubleValue).toArray();
        assertThat(weights).containsExactly(expected[head][token], within(TOLERANCE));
        assertThat(java.util.Arrays.stream(weights).sum()).isCloseTo(1, within(TOLERANCE));
      }
    }
  }

  /** Layer to {@code [H][T][T]}, in the order of the row. */
  private static Map<Integer, List<List<List<Float>>>> weights(Row row) {
    Map<Integer, List<List<List<Float>>>> layers = new LinkedHashMap<>();
    for (Row layer : row.<Row>getList(row.fieldIndex("attention"))) {
      layers.put(layer.getAs("layer"), nested(layer.<Object>getList(1)));
    }
    return layers;
  }

  private static List<List<List<Float>>> nested(List<Object> heads) {
    List<List<List<Float>>> lists = new ArrayList<>();
    for (Object head : heads) {
      List<List<Float>> rows = new ArrayList<>();
      for (Object row :
          scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<?>) head)) {
        rows.add(
            List.copyOf(
                scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<Float>) row)));
      }
      lists.add(rows);
    }
    return lists;
  }

  @Test
  void partitions_batches_and_kernels_change_no_bit() throws IOException {
    Path model = MODEL.write(directory.resolve("model"));
    Path input = ROWS.write(directory.resolve("rows.jsonl"));
    String[] asked = {"--with-attention", "2", "--partitions", "1", "--batch-tokens", "4096"};
    List<Row> expected = tokenRowsOf(model, input, asked);
    assertThat(
            tokenRowsOf(
                model, input, "--with-attention", "2", "--partitions", "5", "--batch-tokens", "1"))
        .isEqualTo(expected);
    assertThat(
            tokenRowsOf(
                model,
                input,
                "--with-attention",
                "2,3",
                "--kernel",
                "reference",
                "--partitions",
                "3"))
        .extracting(row -> weights(row).get(2))
        .isEqualTo(expected.stream().map(row -> weights(row).get(2)).toList());
  }

  @ParameterizedTest
  @EnumSource(io.heed.layer.Pooling.class)
  void embeddings_keep_their_bits(io.heed.layer.Pooling pooling) throws IOException {
    Path model = MODEL.write(directory.resolve("model"));
    Path input = ROWS.write(directory.resolve("rows.jsonl"));
    String name = pooling.name().toLowerCase(java.util.Locale.ROOT);
    List<Row> without = tokenRowsOf(model, input, "--pooling", name);
    List<Row> with = tokenRowsOf(model, input, "--pooling", name, "--with-attention", "1,2,3");
    assertThat(with)
        .extracting(row -> row.<Object>getAs("embedding"))
        .isEqualTo(without.stream().map(row -> row.<Object>getAs("embedding")).toList());
    assertThat(with.get(0).schema().fieldNames())
        .containsExactly("id", "embedding", "token_count", "truncated", "tokens", "attention");
  }

  @Test
  void texts_come_with_their_tokens() {
    Path input = job.write("in.jsonl", "{\"id\": 1, \"text\": \"The wind.\", \"stars\": [0.5]}");
    Row row =
        rowsOf(EmbedSandbox.SAMPLE_MODEL, input, "--with-attention", "1", "--keep-columns", "stars")
            .get(0);
    assertThat(row.<String>getList(row.fieldIndex("tokens")))
        .startsWith("[CLS]", "the")
        .endsWith(".", "[SEP]")
        .hasSize(row.<Integer>getAs("token_count"));
    assertThat(row.getList(row.fieldIndex("stars"))).isEqualTo(List.of(0.5));
  }

  @Test
  void a_row_of_too_many_weights_is_foreseen() throws IOException {
    Path model =
        BertCheckpointFixture.of(2, 64, 16, PIECES.size(), 1)
            .withMaxPositionEmbeddings(4096)
            .write(directory.resolve("model"));
    Path input = ROWS.write(directory.resolve("rows.jsonl"));
    String[] given = {"--model", model.toString(), "--tokens-column", "tokens"};
    Ended ended =
        job.run(
            input,
            Stream.concat(Stream.of(given), Stream.of("--with-attention", "1,2"))
                .toArray(String[]::new));
    job.assertFailed(
        ended,
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--with-attention: the weights of a row of 4096 tokens take 2 layers x 16 heads x 4096 x"
            + " 4096 x 4 = 2147483648 bytes, more than the 1073741824 that a row can have; ask for"
            + " fewer layers or a smaller --max-length");
  }

  @Test
  void a_tokenizer_that_cannot_be_read_is_told_at_once() {
    Path model = job.path("model");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, model).with("tokenizer.json", "{");
    Path input = job.write("in.jsonl", "{\"id\": 1, \"tokens\": [2, 3]}");
    Ended ended =
        job.run(
            input,
            "--model",
            model.toString(),
            "--tokens-column",
            "tokens",
            "--with-attention",
            "1");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(job.leftovers()).isEmpty();
  }

  @Test
  void heat_maps_are_of_the_first_rows_that_have_a_result() throws IOException {
    StringBuilder lines = new StringBuilder("{\"id\":\"bad\",\"tokens\":null}\n");
    String[] ids = {"../../x/y", "two", "three", "four"};
    for (int i = 0; i < ids.length; i++) {
      lines.append(
          String.format(Locale.ROOT, "{\"id\":\"%s\",\"tokens\":[%d,7,8]}\n", ids[i], i + 1));
    }
    job.write("in/b.jsonl", "{\"id\":\"later\",\"tokens\":[5,6]}\n");
    Path input = job.write("in/a.jsonl", lines.toString()).getParent();
    for (String partitions : List.of("input", "1", "4")) {
      tokenRowsOf(
          MODEL.write(directory.resolve("model-" + partitions)),
          input,
          "--with-attention",
          "1,-1",
          "--heat-maps",
          "3",
          "--partitions",
          partitions,
          "--max-rejected-fraction",
          "0.5");
      Path plots = job.output().resolve("_heed/plots");
      assertThat(EmbedSandbox.namesIn(plots))
          .containsExactly(
              "row-001-.._.._x_y-layer-1.png",
              "row-001-.._.._x_y-layer-3.png",
              "row-002-two-layer-1.png",
              "row-002-two-layer-3.png",
              "row-003-three-layer-1.png",
              "row-003-three-layer-3.png");
      for (String name : EmbedSandbox.namesIn(plots)) {
        assertThat(ImageIO.read(plots.resolve(name).toFile()).getWidth()).isBetween(200, 2000);
      }
    }
  }

  @Test
  void without_heat_maps_there_are_no_plots() {
    Path input = job.write("in.jsonl", "{\"id\": 1, \"text\": \"The wind.\"}");
    rowsOf(EmbedSandbox.SAMPLE_MODEL, input, "--with-attention", "1");
    assertThat(Files.exists(job.output().resolve("_heed/plots"))).isFalse();
  }
}
