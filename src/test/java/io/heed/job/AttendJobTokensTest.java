package io.heed.job;

import static io.heed.job.AttendSandbox.and;
import static io.heed.job.AttendSandbox.elements;
import static io.heed.job.AttendSandbox.sample;
import static io.heed.job.AttendSandbox.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.checkpoint.SafetensorsWriter;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code jobs/attend} on token ids and with given weights: what goes together, and what is
 * rejected.
 */
class AttendJobTokensTest {
  @TempDir Path directory;

  private AttendSandbox sandbox() {
    return new AttendSandbox(directory);
  }

  @Test
  void rowsThatHaveNoSuchTokensAreRejected() throws IOException {
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of(
                    "{\"id\": 1, \"tokens\": [0, 99]}",
                    "{\"id\": 2, \"tokens\": [1, 100]}",
                    "{\"id\": 3, \"tokens\": [-1]}",
                    "{\"id\": 4, \"tokens\": []}",
                    "{\"id\": 5, \"tokens\": null}",
                    "{\"id\": 6, \"tokens\": [1.5]}"));
    assertThat(sandbox().rows(input, sample("--max-rejected-fraction", "1"))).hasSize(1);
    List<Row> rejected = sandbox().rejected();
    assertThat(rejected.stream().map(row -> row.<String>getAs("reason")))
        .containsExactly(
            "token_out_of_vocabulary",
            "token_out_of_vocabulary",
            "empty_tokens",
            "null_tokens",
            "wrong_type");
    assertThat(rejected.get(0).<String>getAs("message"))
        .isEqualTo("token id 100 at position 1 is not in 0 to 99");
  }

  @Test
  void tokensAttendToVectorsOfTheRowOrOfASecondTable() throws IOException {
    String vectors = Arrays.deepToString(new float[2][64]).replace("0.0", "0.5");
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of("{\"id\": 1, \"tokens\": [3, 1, 4], \"memory\": %s}".formatted(vectors)));
    Path contexts =
        sandbox().write("memory.jsonl", List.of("{\"id\": 1, \"context\": %s}".formatted(vectors)));
    String[] options = sample("--dropout", "0.1", "--with-weights");
    List<Row> ofRow = sandbox().rows(input, and(options, "--context-column", "memory"));
    assertThat(vectors(ofRow.get(0))).hasDimensions(3, 64);
    assertThat(sandbox().rows(input, and(options, "--context-input", contexts.toString())))
        .isEqualTo(ofRow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--tokens-column tokens|--tokens-column goes with --embedding",
        "--embedding e.safetensors|--embedding goes with --tokens-column",
        "--positions none|--positions goes with --tokens-column",
        "--tokens-column tokens --embedding e --query-column q"
            + "|--query-column and --tokens-column exclude each other",
        "--attention-column a|--attention-column goes with --context-column or --context-input",
        "--attention-column a --context-column y --heads 2"
            + "|--attention-column and --heads exclude each other",
        "--attention-column a --context-column y --dropout 0.1"
            + "|--attention-column and --dropout exclude each other",
        "--seed 3|--seed goes with --dropout above 0",
        "--seed 3 --dropout 0|--seed goes with --dropout above 0",
        "--dropout 1|--dropout: '1' is not a number from 0 to below 1",
        "--dropout -0.1|--dropout: '-0.1' is not a number from 0 to below 1",
        "--no-visible-key uniform|--no-visible-key goes with --mask-column, without which every query"
            + " sees a key",
        "--mask-column m --no-visible-key ones"
            + "|--no-visible-key: 'ones' is not one of zeros, uniform"
      })
  void optionsThatChangeNothingAreRefused(String optionsAndMessage) throws IOException {
    String[] parts = optionsAndMessage.split("\\|");
    Ended ended =
        sandbox().run(sandbox().write("in.jsonl", List.of("{\"id\": 1}")), parts[0].split(" "));
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err()).contains("heed: " + parts[1]);
    assertThat(sandbox().output()).doesNotExist();
  }

  @Test
  void filesThatDoNotFitEndTheJobBeforeItBegins() throws IOException {
    Path input = sandbox().write("in.jsonl", List.of("{\"id\": 1, \"tokens\": [1]}"));
    Ended heads =
        sandbox().run(input, Arrays.copyOf(and(Arrays.copyOf(sample(), 4), "--heads", "7"), 6));
    assertThat(heads.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(heads.err())
        .contains("heed: a width of 64 is not divisible by 7 heads (--embedding, --heads 7)");
    Path narrow = directory.resolve("narrow.safetensors");
    new SafetensorsWriter().add("any", new int[] {3, 2}, new float[6]).write(narrow);
    String[] options = sample();
    options[3] = narrow.toString();
    Ended widths = sandbox().run(input, options);
    assertThat(widths.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(widths.err())
        .contains(
            "heed: query.weight of 64 x 64 does not fit vectors of 2 values (--embedding, --weights,"
                + " --heads 8)");
    options[3] = directory.resolve("none.safetensors").toString();
    Ended absent = sandbox().run(input, options);
    assertThat(absent.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(absent.err()).contains("none.safetensors does not exist");
  }

  /** The masks [2, 4, 4] of zeros of the document: -1e9 in every place gives weights of 1/4. */
  @Test
  void aQueryThatSeesNoKeyGetsZerosOrTheMean() throws IOException {
    String vectors = "[[1, 2], [3, 4], [5, 6], [7, 8]]";
    String zeros = Arrays.deepToString(new int[4][4]);
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of(
                    "{\"id\": 1, \"query\": %s, \"seen\": %s}".formatted(vectors, zeros),
                    "{\"id\": 2, \"query\": %s, \"seen\": %s}".formatted(vectors, zeros)));
    for (String kernel : List.of("simd", "reference")) {
      String[] options = {"--mask-column", "seen", "--with-weights", "--kernel", kernel};
      for (String more : List.of("", "--no-visible-key zeros", "--no-visible-key uniform")) {
        boolean uniform = more.endsWith("uniform");
        String[] all = more.isEmpty() ? options : and(options, more.split(" "));
        List<Row> rows = sandbox().rows(input, all);
        assertThat(rows).hasSize(2);
        for (Row row : rows) {
          for (float[] context : vectors(row)) {
            assertThat(context).containsExactly(uniform ? new float[] {4, 5} : new float[2]);
          }
          for (float[] weights : vectors(elements(row.getList(2).get(0)))) {
            assertThat(weights).hasSize(4).containsOnly(uniform ? 0.25f : 0);
          }
        }
      }
    }
  }

  @Test
  void weightsOfAnyOriginAverageTheContext() throws IOException {
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of(
                    "{\"id\": 1, \"a\": [[0.5, 0.5], [1, -2]], \"y\": [[1, 2, 3], [3, 4, 8]]}",
                    "{\"id\": 2, \"a\": [[1, 1], [0, 1]], \"y\": [[1, 0, 0], [0, 1, 0]]}",
                    "{\"id\": 3, \"a\": [[0.25, 0.25, 0.5]], \"y\": [[4], [8], [2]]}",
                    "{\"id\": 4, \"a\": [[1, 1]], \"y\": [[1, 2]]}",
                    "{\"id\": 5, \"a\": null, \"y\": [[1, 2]]}",
                    "{\"id\": 6, \"a\": [], \"y\": [[1, 2]]}",
                    "{\"id\": 7, \"a\": [[1], [1, 2]], \"y\": [[1, 2]]}"));
    String[] options = {
      "--attention-column", "a", "--context-column", "y", "--max-rejected-fraction", "1"
    };
    List<Row> rows = sandbox().rows(input, options);
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).schema().fieldNames()).containsExactly("id", "context");
    assertThat(vectors(rows.get(0))).isDeepEqualTo(new float[][] {{2, 3, 5.5f}, {-5, -6, -13}});
    assertThat(vectors(rows.get(1))).isDeepEqualTo(new float[][] {{1, 1, 0}, {0, 1, 0}});
    assertThat(vectors(rows.get(2))).isDeepEqualTo(new float[][] {{4}});
    List<Row> rejected = sandbox().rejected();
    assertThat(rejected.stream().map(row -> row.<String>getAs("message")))
        .containsExactly(
            "2 attention weights for each result do not fit the 1 vectors of the context",
            "the attention sequence is null",
            "the attention sequence is empty",
            "vector 1 of the attention sequence has 2 values, the first 1");
    assertThat(sandbox().rows(input, and(options, "--kernel", "reference"))).isEqualTo(rows);
  }
}
