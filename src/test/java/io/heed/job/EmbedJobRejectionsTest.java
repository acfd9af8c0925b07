package io.heed.job;

import static io.heed.job.EmbedSandbox.assertTold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that cannot be embedded: which, why, where, and how many may be. */
class EmbedJobRejectionsTest {
  private static final Path BAD_ROWS = EmbedSandbox.SAMPLE_DATA.resolve("with-bad-rows.jsonl");
  private static final String[] ALLOW_ALL = {"--max-rejected-fraction", "1"};

  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
  }

  /** A rejected row, whose source is {@code file} and whose row is its line. */
  private static Tuple line(Path file, String id, String reason, String message, String row) {
    try {
      byte[] content = Files.readAllBytes(file);
      String bytes = new String(content, StandardCharsets.ISO_8859_1);
      long position =
          bytes.indexOf(
              new String(row.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      return tuple(id, reason, message, "file:" + file, position, row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tuple tupleOf(Row row) {
    return tuple(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5));
  }

  private void assertRejected(Tuple... expected) {
    List<Row> rows = job.rejected();
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("id", "reason", "message", "source", "position", "row");
    assertThat(rows).extracting(EmbedJobRejectionsTest::tupleOf).containsExactly(expected);
    JsonNode report = job.report();
    long in = report.required("rowsIn").longValue();
    long out = report.required("rowsOut").longValue();
    assertThat(report.required("rowsRejected").longValue()).isEqualTo(expected.length);
    assertThat(in).isEqualTo(out + expected.length);
  }

  @Test
  void theSampleOfBadRows() {
    Ended ended = job.run(BAD_ROWS);
    assertTold(
        ended,
        ExitCode.TOO_MANY_REJECTED,
        "6 of 14 rows were rejected, more than --max-rejected-fraction 0.1 allows; they are in"
            + " file:%s/_heed/rejected".formatted(job.output()));
    assertThat(job.leftovers()).containsExactly("out");
    assertThat(EmbedSandbox.namesIn(job.output())).containsExactly("_heed");
    assertThat(job.report().required("complete").booleanValue()).isFalse();
    assertBadRowsOfTheSample();

    job.rowsOf(BAD_ROWS, "--max-rejected-fraction", "0.5");
    assertThat(job.table().count()).isEqualTo(8);
    assertThat(job.report().required("complete").booleanValue()).isTrue();
    assertBadRowsOfTheSample();
  }

  private void assertBadRowsOfTheSample() {
    assertRejected(
        line(
            BAD_ROWS,
            "b-03",
            "null_text",
            "the text is null",
            "{\"id\":\"b-03\",\"text\":null,\"topic\":\"the text is null\"}"),
        line(
            BAD_ROWS,
            null,
            "malformed",
            "Unexpected end-of-input: was expecting closing quote for a string value"
                + " (character 48)",
            "{\"id\":\"b-04\",\"text\":\"This line is cut in the mid"),
        line(
            BAD_ROWS,
            null,
            "missing_id",
            "the row has no column id",
            "{\"text\":\"This row has no id.\",\"topic\":\"no id\"}"),
        line(
            BAD_ROWS,
            "b-06",
            "wrong_type",
            "column text: 42 is not of type string",
            "{\"id\":\"b-06\",\"text\":42,\"topic\":\"the text is a number\"}"),
        line(
            BAD_ROWS,
            null,
            "malformed",
            "the line is not a JSON object",
            "[\"b-07\",\"This line is an array, not an object.\"]"),
        line(
            BAD_ROWS,
            "b-08",
            "missing_column",
            "the row has no column text",
            "{\"id\":\"b-08\",\"topic\":\"no text at all\"}"));
  }

  @Test
  void tokenIds() {
    String[] lines = {
      "{\"id\": 1, \"tokens\": [2, 3]}",
      "{\"id\": 2, \"tokens\": [2, 1309]}",
      "{\"id\": 3, \"tokens\": [-1]}",
      "{\"id\": 4, \"tokens\": []}",
      "{\"id\": 5, \"tokens\": null}",
      "{\"id\": 6, \"tokens\": [1, null]}",
      "{\"id\": 7, \"tokens\": [1.5]}",
      "{\"id\": 8, \"tokens\": [2147483648]}",
      "{\"id\": 9, \"tokens\": [1], \"é\"}",
      "{\"id\": 10, \"tokens\": [1]",
    };
    Path input = job.write("in.jsonl", String.join("\n", lines));
    job.run(input, "--tokens-column", "tokens", "--max-rejected-fraction", "0.9");

    String wrongType = "column tokens: element %s, is not of type array<int>";
    String[] messages = {
      "token_out_of_vocabulary: token id 1309 at position 1 is not in 0 to 1308",
      "token_out_of_vocabulary: token id -1 at position 0 is not in 0 to 1308",
      "empty_tokens: the row has no tokens",
      "null_tokens: the token ids are null",
      "wrong_type: " + wrongType.formatted("1, null"),
      "wrong_type: " + wrongType.formatted("0, 1.5"),
      "wrong_type: " + wrongType.formatted("0, 2147483648")
    };
    List<Row> rejected = job.rejected();
    assertThat(rejected).hasSize(9);
    for (int i = 0; i < messages.length; i++) {
      assertThat(rejected.get(i).get(0)).isEqualTo(i + 2L);
      assertThat(rejected.get(i).getString(1) + ": " + rejected.get(i).getString(2))
          .isEqualTo(messages[i]);
      assertThat(rejected.get(i).getString(5)).isEqualTo(lines[i + 1]);
    }
    assertThat(rejected.subList(7, 9)).allMatch(row -> row.isNullAt(0));
    assertThat(rejected.get(8).getString(2))
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "Unexpected end-of-input: expected close marker for Object (character %d)",
                lines[9].length()));
    assertThat(job.table().collectAsList()).extracting(row -> row.getLong(0)).containsExactly(1L);
  }

  @Test
  void csvRecords() {
    Path input =
        job.write("in.csv", "id,text\n1,ok\n2\n3,a,b\n,x\n5,\n\"6\"x,y\n7,\"open\nto the\" end");
    job.run(input, ALLOW_ALL);
    String twoLines =
        "the record that begins at line 8 is malformed: cell 1 goes on after its closing quote"
            + " (character 15) (each of its lines is rejected)";
    assertRejected(
        line(input, null, "wrong_cell_count", "the record has 1 cells, the header 2", "2"),
        line(input, null, "wrong_cell_count", "the record has 3 cells, the header 2", "3,a,b"),
        line(input, null, "missing_id", "column id is null", ",x"),
        line(input, "5", "null_text", "the text is null", "5,"),
        line(
            input,
            null,
            "malformed",
            "cell 0 goes on after its closing quote (character 3)",
            "\"6\"x,y"),
        line(input, null, "malformed", twoLines, "7,\"open"),
        line(input, null, "malformed", twoLines, "to the\" end"));
  }

  @Test
  void parquetRowsAreJsonWithTheirNulls() {
    String lines =
        """
        {"id": 1, "text": "a", "kept": {"k": 1}}
        {"id": null, "text": "b", "kept": null}
        {"id": 3, "text": null, "kept": {"k": null}}
        """;
    Path input = job.path("in.parquet");
    LocalSpark.twoCores()
        .read()
        .json(job.write("source.jsonl", lines).toString())
        .coalesce(1)
        .write()
        .parquet(input.toString());
    job.run(input, "--keep-columns", "kept", "--max-rejected-fraction", "0.7");

    List<Row> rejected = job.rejected();
    assertThat(rejected)
        .extracting(row -> row.get(0), row -> row.get(1), row -> row.get(4))
        .containsExactly(tuple(null, "missing_id", 1L), tuple(3L, "null_text", 2L));
    assertThat(rejected)
        .extracting(row -> row.getString(5))
        .containsExactlyInAnyOrder(
            "{\"id\":null,\"text\":\"b\",\"kept\":null}",
            "{\"id\":3,\"text\":null,\"kept\":{\"k\":null}}");
    // Spark numbers the files that it writes in the digits of the default locale.
    assertThat(rejected.get(0).getString(3))
        .matches("file:" + Pattern.quote(input.toString()) + "/part-\\p{Nd}{5}.*");
  }

  @Test
  void aResultThatIsNotFiniteIsNoResult() throws IOException {
    Path model = BertCheckpointFixture.of(2, 128, 2, 50, 1).write(job.path("model"));
    new CheckpointCopy(model).row("embeddings.word_embeddings.weight", 7, 1e30f);
    Path input =
        job.write("in.jsonl", "{\"id\": 1, \"tokens\": [2, 7]}\n{\"id\": 2, \"tokens\": [2, 6]}\n");
    String[] options = {"--model", model.toString(), "--tokens-column", "tokens"};
    assertThat(job.run(input, options).exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
    assertThat(job.rejected())
        .extracting(row -> row.get(0), row -> row.get(1))
        .containsExactly(tuple(1L, "non_finite"));
  }

  @Test
  void anEmptyOutputOfBadRowsMayBeReplacedAndAGoodOneNot() {
    Path input = job.write("in.jsonl", "{\"id\": 1, \"text\": null}\n");
    assertThat(job.run(input).exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
    assertThat(job.run(input).exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
    assertThat(job.rowsOf(input, ALLOW_ALL)).isEmpty();
    assertThat(job.table().schema().fieldNames())
        .containsExactly("id", "embedding", "token_count", "truncated");
    assertThat(job.run(input, ALLOW_ALL).exit()).isEqualTo(ExitCode.BAD_OUTPUT);
  }

  @Test
  void theShareMayBeReachedAndNotPassed() {
    String good = "{\"id\": 1, \"text\": \"x\"}\n";
    Path input = job.write("in.jsonl", good.repeat(9) + "{\"id\": 1}\n");
    assertThat(job.rowsOf(input)).hasSize(9);
    Path more = job.write("more.jsonl", good.repeat(8) + "{\"id\": 1}\n");
    assertThat(job.run(more, "--overwrite").exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
  }
}
