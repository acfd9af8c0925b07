package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.discretize.DiscretizeJob;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPoolingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that crosses between driver and executors, with {@code spark.serializer} Kryo at its
 * strictest: no class that it was not told of, no references. The outputs are those of one JVM with
 * Java's serialization.
 */
class KryoJobsTest {
  private static final int VOCABULARY = 90;

  @TempDir static Path directory;

  private static final Map<String, List<Row>> EXPECTED = new LinkedHashMap<>();
  private static final Map<String, Case> CASES = new LinkedHashMap<>();
  private static SparkSession spark;

  private record Case(Job job, List<String> options) {}

  @BeforeAll
  static void startCluster() throws IOException {
    SparkSession local = LocalSpark.twoCores();
    writeInputs(local);
    String points = path("points");
    add("many files", new RegressJob(), "--input", points, "--features", "x,z", "--width", "3");
    CASES.get("many files").options().addAll(List.of("--optimizer", "sgd", "--epochs", "1"));
    add("search", new RegressJob(), "--input", path("points.csv"), "--features", "x");
    CASES.get("search").options().addAll(List.of("--max-training-queries", "256"));
    add("lines", new RegressJob(), "--input", path("points.csv"), "--features", "x,z");
    CASES.get("lines").options().addAll(List.of("--weighting", "gaussian", "--partitions", "5"));
    add("heat maps", new EmbedJob(), "--input", path("tokens.jsonl"), "--model", path("model"));
    CASES
        .get("heat maps")
        .options()
        .addAll(
            List.of("--tokens-column", "tokens", "--with-attention", "1,2", "--heat-maps", "2"));
    String bars = EmbedSandbox.SAMPLE_DATA.resolve("bars.jsonl").toString();
    add(
        "bins",
        new DiscretizeJob(),
        "--input",
        bars,
        "--series-column",
        "bars",
        "--partitions",
        "3");
    add("join", new AttendJob(), "--input", path("queries.jsonl"));
    CASES.get("join").options().addAll(List.of("--context-input", path("contexts.jsonl")));
    for (String name : CASES.keySet()) {
      EXPECTED.put(name, rows(local, name, "java"));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    settings.put("spark.kryo.registrationRequired", "true");
    settings.put("spark.kryo.unsafe", "true");
    settings.put("spark.kryo.referenceTracking", "false");
    settings.put("spark.rdd.compress", "true");
    settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    spark = LocalSpark.with("local-cluster[2,1,1024]", settings);
  }

  @AfterAll
  static void stopCluster() {
    spark.stop();
  }

  private static void add(String name, Job job, String... options) {
    CASES.put(name, new Case(job, new ArrayList<>(List.of(options))));
  }

  private static String path(String name) {
    return directory.resolve(name).toString();
  }

  private static void writeInputs(SparkSession local) throws IOException {
    Random random = new Random(31);
    String lines =
        IntStream.range(0, 900)
            .mapToObj(i -> i + "," + random.nextDouble() + "," + random.nextInt(3) + "," + i % 7)
            .collect(Collectors.joining("\n", "id,x,z,label\n", "\n"));
    Files.writeString(directory.resolve("points.csv"), lines);
    local
        .read()
        .option("header", true)
        .schema("id INT, x DOUBLE, z INT, label DOUBLE")
        .csv(path("points.csv"))
        .repartition(20)
        .write()
        .parquet(path("points"));
    BertCheckpointFixture.of(2, 24, 3, VOCABULARY, 32).write(directory.resolve("model"));
    TokenRows.of(VOCABULARY, 33, 4, 9, 2, 7).write(directory.resolve("tokens.jsonl"));
    for (String column : List.of("query", "context")) {
      String name = column.equals("query") ? "queries.jsonl" : "contexts.jsonl";
      String rows =
          IntStream.range(0, 30)
              .mapToObj(
                  i ->
                      String.format(
                          Locale.ROOT,
                          "{\"id\":\"r%d\",\"%s\":[[%d,%d],[1,2]]}",
                          i,
                          column,
                          i,
                          random.nextInt(9)))
              .collect(Collectors.joining("\n"));
      Files.writeString(directory.resolve(name), rows + "\n");
    }
  }

  private static List<Row> rows(SparkSession session, String name, String output) {
    Path place = directory.resolve(output).resolve(name.replace(' ', '-'));
    Case asked = CASES.get(name);
    Ended ended =
        JobHarness.run(
            asked.job(),
            Stream.concat(asked.options().stream(), Stream.of("--output", place.toString()))
                .toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err()).doesNotContain("heed: warning: not all", "heed: warning: the plots");
    // Spark's own search for a schema fails where classes have to be registered.
    List<Row> expected = EXPECTED.getOrDefault(name, List.of());
    DataFrameReader reader =
        expected.isEmpty() ? session.read() : session.read().schema(expected.get(0).schema());
    return reader.parquet(place.toString()).orderBy("id").collectAsList();
  }

  private static Path assertSame(String name) {
    assertThat(rows(spark, name, "kryo")).isEqualTo(EXPECTED.get(name)).isNotEmpty();
    return directory.resolve("kryo").resolve(name.replace(' ', '-')).resolve("_heed");
  }

  @Test
  void regression_reads_many_parquet_files_and_learns_on_executors() throws IOException {
    Path heed = assertSame("many files");
    assertThat(EmbedSandbox.namesIn(heed.resolve("plots"))).contains("weights.png", "loss.png");
  }

  @Test
  void the_search_for_a_width_is_shared_by_executors() throws IOException {
    Path heed = assertSame("search");
    assertThat(EmbedSandbox.namesIn(heed.resolve("plots"))).contains("predictions.png");
  }

  @Test
  void lines_take_a_shuffle() {
    assertSame("lines");
  }

  @Test
  void weights_come_to_the_driver_and_are_drawn() throws IOException {
    Path heed = assertSame("heat maps");
    assertThat(EmbedSandbox.namesIn(heed.resolve("plots"))).hasSize(4);
  }

  @Test
  void bins_are_fitted_to_the_counts_of_executors() {
    assertThat(assertSame("bins").resolve("discretizer.json"))
        .hasSameTextualContentAs(directory.resolve("java/bins/_heed/discretizer.json"));
  }

  @Test
  void two_tables_are_joined() {
    assertSame("join");
  }

  @Test
  void a_model_is_fitted_saved_loaded_and_predicts() throws IOException {
    Dataset<Row> table =
        spark.read().parquet(path("points")).withColumnRenamed("x", "features").drop("z");
    AttentionPoolingModel model = new AttentionPooling().setMaxTrainingQueries(300).fit(table);
    String saved = path("saved");
    model.save(saved);
    AttentionPoolingModel loaded = AttentionPoolingModel.load(saved);
    assertThat(loaded.summary()).isEqualTo(model.summary());
    assertThat(loaded.transform(table).orderBy("id").collectAsList())
        .isEqualTo(model.transform(table).orderBy("id").collectAsList())
        .hasSize(900);
  }
}
