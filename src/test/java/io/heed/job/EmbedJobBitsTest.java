package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.embed.EmbedJob;
import io.heed.embed.TextEmbedder;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever cuts the input into tasks and batches, and whichever kernels compute: the same bits. */
class EmbedJobBitsTest {
  private static final long SEED = 11;
  private static final int[] LENGTHS =
      IntStream.concat(
              IntStream.rangeClosed(1, 20),
              IntStream.of(31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 200, 255, 256, 257, 300))
          .toArray();

  private static final List<String> PARTITIONS = List.of("1", "7", "input");
  private static final List<String> BATCH_TOKENS = List.of("64", "8192");
  private static final List<String> KERNELS = List.of("simd", "reference");

  private static final WordPieceFixture PIECES = WordPieceFixture.ascii();
  private static final BertCheckpointFixture EVEN =
      BertCheckpointFixture.of(2, 128, 2, PIECES.size(), 21).withTokenizer(PIECES);
  private static final BertCheckpointFixture ODD =
      BertCheckpointFixture.of(2, 100, 5, PIECES.size(), 22).withIntermediateSize(333);

  @TempDir Path directory;

  @Test
  void token_ids() throws IOException {
    TokenRows rows = TokenRows.of(PIECES.size(), SEED, LENGTHS);
    Path inOrder = rows.write(directory.resolve("rows.jsonl"));
    Path shuffled = rows.shuffled(SEED).write(directory.resolve("shuffled.jsonl"));
    assertSameBits(EVEN, inOrder, shuffled, LENGTHS.length, "--tokens-column", "tokens");
  }

  @Test
  void token_ids_on_an_odd_width() throws IOException {
    TokenRows rows = TokenRows.of(PIECES.size(), SEED, LENGTHS);
    Path inOrder = rows.write(directory.resolve("rows.jsonl"));
    Path shuffled = rows.shuffled(SEED).write(directory.resolve("shuffled.jsonl"));
    assertSameBits(ODD, inOrder, shuffled, LENGTHS.length, "--tokens-column", "tokens");
  }

  @Test
  void texts() throws IOException {
    List<String> lines = new ArrayList<>(textLines());
    Path inOrder = Files.write(directory.resolve("rows.jsonl"), lines);
    Collections.shuffle(lines, new Random(SEED));
    Path shuffled = Files.write(directory.resolve("shuffled.jsonl"), lines);
    assertSameBits(EVEN, inOrder, shuffled, lines.size());
  }

  @Test
  void the_stage_of_spark_ml() throws IOException {
    Path model = EVEN.write(directory.resolve("model"));
    Path input = Files.write(directory.resolve("rows.jsonl"), textLines());
    SparkSession spark = LocalSpark.twoCores();
    Path stage = directory.resolve("stage");
    new TextEmbedder()
        .setModel(model.toString())
        .transform(spark.read().json(input.toString()).repartition(5))
        .write()
        .parquet(stage.toString());

    assertThat(EmbeddingsOf.bits(spark, stage))
        .isEqualTo(
            bits(
                "job", List.of("--model", model.toString()), List.of("--input", input.toString())));
  }

  /** On one core, then on two every partitioning with every budget, and both kernels with each. */
  private void assertSameBits(
      BertCheckpointFixture fixture, Path inOrder, Path shuffled, int rows, String... options)
      throws IOException {
    List<String> given = new ArrayList<>(List.of("--model"));
    given.add(fixture.write(directory.resolve("model")).toString());
    given.addAll(List.of(options));

    LocalSpark.with("local[1]", Map.of());
    Map<String, List<Integer>> expected =
        bits("first", given, how(inOrder, "1", "64", "reference"));
    assertThat(expected).hasSize(rows);
    assertThat(expected.values()).doesNotHaveDuplicates();
    assertThat(bits("second", given, how(shuffled, "input", "8192", "simd"))).isEqualTo(expected);

    LocalSpark.twoCores();
    for (int i = 0; i < PARTITIONS.size(); i++) {
      for (int j = 0; j < BATCH_TOKENS.size(); j++) {
        String partitions = PARTITIONS.get(i);
        List<String> how = how(shuffled, partitions, BATCH_TOKENS.get(j), KERNELS.get((i + j) % 2));
        String name = String.format(Locale.ROOT, "two-cores-%d-%d", i, j);
        assertThat(bits(name, given, how)).as(how.toString()).isEqualTo(expected);
        assertThat(partFiles(name)).as(how.toString()).isEqualTo(partitions.equals("7") ? 7 : 1);
      }
    }
  }

  private static List<String> how(
      Path input, String partitions, String batchTokens, String kernel) {
    return List.of(
        "--input", input.toString(),
        "--partitions", partitions,
        "--batch-tokens", batchTokens,
        "--kernel", kernel);
  }

  /** The output {@code name} of a run. */
  private Map<String, List<Integer>> bits(String name, List<String> given, List<String> varied) {
    Path output = directory.resolve(name);
    List<String> all = new ArrayList<>(given);
    all.addAll(varied);
    all.addAll(List.of("--output", output.toString()));
    Ended ended = JobHarness.run(new EmbedJob(), all.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return EmbeddingsOf.bits(SparkSession.active(), output);
  }

  private long partFiles(String output) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(output))) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-")).count();
    }
  }

  /** Texts of 0 to 298 characters, most of which are tokens of their own. */
  private static List<String> textLines() {
    Random random = new Random(SEED);
    Map<String, String> texts = new LinkedHashMap<>();
    for (int length : LENGTHS) {
      String text =
          random
              .ints(Math.max(0, length - 2), 'a', 'z' + 1)
              .mapToObj(c -> random.nextInt(5) == 0 ? " " : Character.toString(c))
              .collect(Collectors.joining());
      texts.put("t" + length, text + length);
    }
    return texts.entrySet().stream()
        .map(row -> "{\"id\":\"%s\",\"text\":\"%s\"}".formatted(row.getKey(), row.getValue()))
        .toList();
  }
}
