package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.architecture.ModelCheckpoint;
import io.heed.attend.AttendJob;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.Sha256;
import io.heed.classify.ClassifyJob;
import io.heed.discretize.DiscretizeJob;
import io.heed.embed.EmbedJob;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.ModelEncoder;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.generate.GenerateJob;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.output.Provenance;
import io.heed.regress.RegressJob;
import io.heed.score.ScoreJob;
import io.heed.value.ValueJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No bit of a result changes under one number of {@link Provenance#NUMERICS}: hashes of what every
 * job makes of the sample, of a model that is trained for a few steps, and of what every family of
 * models makes of some token ids, as they were when the number came.
 */
class NumericsTest {
  private static final Path SAMPLE = Path.of("sample-data").toAbsolutePath();
  private static final Path FAMILIES = Path.of("src/test/resources/goldens/encoders");

  /** Where a release says what changed. */
  private static final Path RELEASES = Path.of("docs", "releases.md");

  @TempDir Path directory;

  @Test
  void noBitChangesUnderOneNumber() throws IOException {
    Map<String, String> found = new TreeMap<>();
    families(KernelChoice.AUTO, found);
    Map<String, String> byReference = new TreeMap<>();
    families(KernelChoice.REFERENCE, byReference);
    assertThat(byReference).isEqualTo(found);
    jobs(found);
    training(found);

    assertThat(found)
        .as(
            "if a change of results is meant: raise Provenance.NUMERICS, say in %s what changes,"
                + " and write numerics/N.properties:%n%s",
            RELEASES,
            found.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n")))
        .isEqualTo(pinned());
  }

  @Test
  void theNotesOfReleasesNameTheNumber() throws IOException {
    assertThat(Files.readAllLines(RELEASES))
        .anyMatch(line -> line.startsWith("## ") && line.endsWith("numerics " + number()));
  }

  private static int number() {
    return Provenance.NUMERICS;
  }

  private static Map<String, String> pinned() throws IOException {
    Properties properties = new Properties();
    try (InputStream in =
        NumericsTest.class.getResourceAsStream("/numerics/" + number() + ".properties")) {
      if (in != null) {
        properties.load(in);
      }
    }
    Map<String, String> pinned = new TreeMap<>();
    properties.forEach((name, hash) -> pinned.put((String) name, (String) hash));
    return pinned;
  }

  private static void families(KernelChoice choice, Map<String, String> found) throws IOException {
    Kernels kernels = KernelProvider.choose(choice).kernels();
    try (Stream<Path> folders = Files.list(FAMILIES)) {
      for (Path folder : folders.filter(f -> Files.exists(f.resolve("config.json"))).toList()) {
        try (ModelCheckpoint checkpoint = ModelCheckpoint.open(folder)) {
          EmbeddingEngine engine =
              new EmbeddingEngine(
                  new ModelEncoder(
                      checkpoint.load(kernels),
                      kernels,
                      Poolings.of(Pooling.MEAN),
                      VectorEnding.whole(VectorNorm.NONE)),
                  kernels);
          List<int[]> rows = rows(folder);
          var embeddings = engine.session().embed(PackedBatch.of(rows));
          String vectors =
              IntStream.range(0, rows.size())
                  .mapToObj(i -> Arrays.toString(embeddings.vectors(i)[0]))
                  .collect(Collectors.joining("\n"));
          found.put("model." + folder.getFileName(), Sha256.of(vectors));
        }
      }
    }
  }

  private static List<int[]> rows(Path folder) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    List<int[]> rows = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      JsonNode ids = row.get("input_ids");
      rows.add(IntStream.range(0, ids.size()).map(i -> ids.get(i).intValue()).toArray());
    }
    return rows;
  }

  private void jobs(Map<String, String> found) throws IOException {
    LocalSpark.twoCores();
    Path texts = SAMPLE.resolve("sentences.jsonl");
    Path bert = SAMPLE.resolve("checkpoint");
    Path gpt = SAMPLE.resolve("gpt");
    Path bars = SAMPLE.resolve("bars.jsonl");
    Path training = SAMPLE.resolve("pooling-training.csv");
    Path queries = SAMPLE.resolve("pooling-queries.csv");
    run(found, "embed", new EmbedJob(), texts, "--model", bert);
    run(found, "embed.attention", new EmbedJob(), texts, "--model", bert, "--with-attention", -1);
    run(found, "embed.tokens", new EmbedJob(), texts, "--model", gpt, "--pooling", "last");
    run(
        found,
        "classify",
        new ClassifyJob(),
        texts,
        "--model",
        SAMPLE.resolve("topics"),
        "--pair-column",
        "topic",
        "--logits",
        true);
    run(found, "score", new ScoreJob(), texts, "--model", gpt, "--top-k", 5);
    run(found, "generate", new GenerateJob(), texts, "--model", gpt, "--max-new-tokens", 8);
    run(
        found,
        "generate.drawn",
        new GenerateJob(),
        texts,
        "--model",
        gpt,
        "--max-new-tokens",
        8,
        "--temperature",
        0.8,
        "--seed",
        7);
    run(found, "discretize", new DiscretizeJob(), bars, "--series-column", "bars", "--bins", 32);
    run(
        found,
        "score.bars",
        new ScoreJob(),
        bars,
        "--series-column",
        "bars",
        "--model",
        SAMPLE.resolve("bars-gpt"));
    for (String score : List.of("scaled-dot", "gaussian")) {
      run(
          found,
          "attend." + score,
          new AttendJob(),
          SAMPLE.resolve("sequences.jsonl"),
          "--query-column",
          "query",
          "--context-column",
          "context",
          "--score",
          score);
    }
    for (String optimizer : List.of("search", "sgd")) {
      run(
          found,
          "regress." + optimizer,
          new RegressJob(),
          training,
          "--features",
          "x",
          "--label",
          "y",
          "--queries",
          queries,
          "--optimizer",
          optimizer);
    }
  }

  private void training(Map<String, String> found) {
    TrainSandbox sandbox = new TrainSandbox(directory);
    Path rows = sandbox.input();
    for (String dropout : List.of("0", "0.1")) {
      String name = "train.dropout-" + dropout;
      sandbox.trained(name, rows, TrainSandbox.tiny("--dropout", dropout));
      found.put("job." + name, sandbox.hash(name));
    }
  }

  private void run(Map<String, String> found, String name, Job job, Path input, Object... options) {
    Path output = directory.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("--input", input.toString(), "--output", output.toString()));
    Stream.of(options).map(Object::toString).forEach(arguments::add);
    JobHarness.Ended ended = JobHarness.run(job, arguments.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    List<Row> rows =
        LocalSpark.twoCores().read().parquet(output.toString()).orderBy("id").collectAsList();
    found.put(
        "job." + name,
        Sha256.of(rows.stream().map(ValueJson::of).collect(Collectors.joining("\n"))));
  }
}
