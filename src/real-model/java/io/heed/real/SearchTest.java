package io.heed.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.embed.Embedder;
import io.heed.job.EmbedJobRun;
import io.heed.output.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of {@code docs/search.md}, run. */
class SearchTest {
  private static final Path PAGE = Path.of("docs", "search.md");
  private static final String OUTPUT = "target/sample-embeddings";
  private static final String WANTED = "Stopped working after two weeks. I want my money back.";

  @TempDir static Path directory;
  private static SparkSession spark;
  private static float[] query;
  private static List<float[]> vectors;

  @BeforeAll
  static void embed() throws Exception {
    Path model = SampleJars.RELEASE.imported(directory);
    spark = LocalSpark.twoCores();
    EmbedJobRun.of(model, Path.of("sample-data", "sentences.jsonl"), directory.resolve("embedded"));
    String question = first("java", "embed\\(\"(.*)\"\\)");
    try (Embedder embedder = Embedder.open(model)) {
      query = embedder.embed(question);
      vectors = embedder.embed(strings("text"));
    }
  }

  /** The blocks of a language below a heading. */
  private static List<String> blocks(String heading, String language) throws Exception {
    String page = Files.readString(PAGE);
    int from = page.indexOf("\n## " + heading);
    int to = page.indexOf("\n## ", from + 1);
    String section = page.substring(from, to < 0 ? page.length() : to);
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(section);
    return blocks.results().map(block -> block.group(1)).collect(Collectors.toList());
  }

  private static String first(String language, String pattern) throws Exception {
    Matcher found = Pattern.compile(pattern).matcher(Files.readString(PAGE));
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private static String here(String sql) {
    return sql.replace(OUTPUT, directory.resolve("embedded").toString());
  }

  private static List<List<String>> duckdb(String sql) throws Exception {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement = connection.prepareStatement(here(sql))) {
      if (sql.contains("?")) {
        statement.setString(1, Arrays.toString(query));
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.add(result.getString(i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }

  @Test
  void duckdbFindsTheNearestRows() throws Exception {
    List<String> lines = blocks("DuckDB", "sql");
    assertThat(lines).hasSize(3);

    List<List<String>> nearest = duckdb(lines.get(0));
    assertThat(nearest).hasSize(3);
    assertThat(nearest.get(0).get(0)).isEqualTo(WANTED);

    List<List<String>> pairs = duckdb(lines.get(1));
    assertThat(pairs)
        .anyMatch(
            row ->
                row.get(0).startsWith("Please update your password; it has not been changed")
                    && row.get(1).equals("How do I reset my password?"));
  }

  @Test
  void duckdbReadsWhatMadeAFile() throws Exception {
    List<List<String>> entries = duckdb(blocks("DuckDB", "sql").get(2));

    assertThat(entries)
        .contains(
            List.of("heed.job", "embed"),
            List.of("heed.numerics", Integer.toString(Provenance.NUMERICS)))
        .anyMatch(entry -> entry.get(0).equals("heed.model.sha256"));
  }

  @Test
  void sparkFindsTheSame() throws Exception {
    List<String> lines = blocks("Spark SQL", "sql");
    assertThat(lines).hasSize(1);
    List<Row> nearest = spark.sql(here(lines.get(0)), Map.of("query", query)).collectAsList();

    assertThat(nearest).hasSize(3);
    assertThat(nearest.get(0).getString(0)).isEqualTo(WANTED);
    assertThat(nearest.stream().map(row -> row.getString(0)).toList())
        .isEqualTo(duckdb(blocks("DuckDB", "sql").get(0)).stream().map(row -> row.get(0)).toList());
  }

  /**
   * Of 23 topics that a person gave to 340 sentences, the most frequent among the five nearest rows
   * is that of the row for 31% of them; by chance it would be for 4%.
   */
  @Test
  void neighboursShareTheirTopics() {
    List<String> topics = strings("topic");
    Neighbours rows = new Neighbours(vectors);
    int right = 0;
    for (int i = 0; i < topics.size(); i++) {
      right += topics.get(i).equals(vote(rows.nearest(i, 5), topics)) ? 1 : 0;
    }
    assertThat(right / (double) topics.size()).isBetween(0.30, 0.33);
  }

  private static List<String> strings(String column) {
    return spark
        .read()
        .json("sample-data/sentences.jsonl")
        .orderBy("id")
        .select(column)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** The most frequent topic; of several the one of the nearest row. */
  private static String vote(List<Integer> rows, List<String> topics) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    rows.forEach(row -> votes.merge(topics.get(row), 1, Integer::sum));
    int most = Collections.max(votes.values());
    return votes.keySet().stream()
        .filter(topic -> votes.get(topic) == most)
        .findFirst()
        .orElseThrow();
  }
}
