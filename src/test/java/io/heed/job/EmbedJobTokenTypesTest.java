package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of token ids that say which segment each token belongs to. */
class EmbedJobTokenTypesTest {
  private static final Path GOLDENS =
      Path.of("src/test/resources/goldens/encoders").toAbsolutePath();
  private static final String[] TYPED = {
    "--tokens-column", "tokens", "--token-types-column", "types"
  };

  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
  }

  private static String[] with(String[] options, String... more) {
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return all;
  }

  private static String model(String name) {
    return GOLDENS.resolve(name).toString();
  }

  private static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(GOLDENS.resolve(name).resolve("golden.json").toFile());
  }

  @Test
  void theVectorsAreThoseOfTransformers() throws IOException {
    for (String name : List.of("bert-model", "albert-model")) {
      JsonNode golden = golden(name);
      StringBuilder lines = new StringBuilder();
      for (JsonNode row : golden.get("rows")) {
        lines.append(
            String.format(
                Locale.ROOT,
                "{\"id\": %d, \"tokens\": %s, \"types\": %s}%n",
                lines.length(),
                row.get("input_ids"),
                row.get("token_type_ids")));
      }
      Path input = job.write(name + ".jsonl", lines.toString());
      List<Row> rows = job.rowsOf(input, with(TYPED, "--model", model(name), "--overwrite"));
      JsonNode expected = golden.get("outputs").get("mean_pooled_l2");
      assertThat(rows).hasSize(expected.size());
      for (int i = 0; i < rows.size(); i++) {
        List<Float> vector = rows.get(i).getList(1);
        for (int v = 0; v < vector.size(); v++) {
          assertThat((double) vector.get(v))
              .isCloseTo(expected.get(i).get(v).doubleValue(), within(2e-6));
        }
      }
    }
  }

  @Test
  void typesAreCutWithTheirTokensAndAllOfType0AreAsNone() {
    String lines =
        """
        {"id": 1, "tokens": [5, 6, 7, 8], "types": [0, 0, 0, 0]}
        {"id": 2, "tokens": [5, 6, 7, 8], "types": [0, 0, 1, 1]}
        {"id": 3, "tokens": [5, 6, 7, 8, 9], "types": [0, 0, 1, 1, 1]}
        """;
    Path input = job.write("in.jsonl", lines);
    String[] cut = {"--model", model("bert-model"), "--max-length", "4", "--overwrite"};
    List<Row> typed = job.rowsOf(input, with(TYPED, cut));
    List<Row> plain = job.rowsOf(input, with(cut, "--tokens-column", "tokens"));
    assertThat(typed.get(0)).isEqualTo(plain.get(0));
    assertThat(typed.get(1).getList(1)).isNotEqualTo(typed.get(0).getList(1));
    assertThat(typed.get(2).getList(1)).isEqualTo(typed.get(1).getList(1));
    assertThat(typed.get(2).getBoolean(3)).isTrue();
  }

  @Test
  void rowsWhoseTypesDoNotFitAreRejected() {
    Path input =
        job.write(
            "in.jsonl",
            """
            {"id": 1, "tokens": [5, 6], "types": [0, 1]}
            {"id": 2, "tokens": [5, 6], "types": null}
            {"id": 3, "tokens": [5, 6], "types": [0]}
            {"id": 4, "tokens": [5, 6], "types": [0, 2]}
            {"id": 5, "tokens": [5, 6], "types": [-1, 0]}
            {"id": 6, "tokens": [5, 6], "types": [0, "x"]}
            {"id": 7, "tokens": null, "types": [0, 1]}
            {"id": 8, "tokens": [5, 6, 7, 8], "types": [0, 0, 0, 2]}
            """);
    String[] all = {"--model", model("bert-model"), "--max-rejected-fraction", "1"};
    List<Row> rows = job.rowsOf(input, with(TYPED, with(all, "--max-length", "3")));
    assertThat(rows).extracting(row -> row.get(0)).containsExactly(1L, 8L);
    assertThat(job.rejected())
        .extracting(row -> row.get(0), row -> row.get(1), row -> row.get(2))
        .startsWith(
            tuple(2L, "wrong_token_types", "the token types are null"),
            tuple(3L, "wrong_token_types", "1 token types do not fit 2 tokens"),
            tuple(4L, "wrong_token_types", "token type 2 at position 1 is not in 0 to 1"),
            tuple(5L, "wrong_token_types", "token type -1 at position 0 is not in 0 to 1"));
    assertThat(job.rejected()).extracting(row -> row.get(1)).endsWith("wrong_type", "null_tokens");
  }

  @Test
  void aPictureShowsTheWeightsOfTheTypes() {
    String line = "{\"id\": 1, \"tokens\": [5, 6, 7, 8], \"types\": [0, 0, 1, 1]}\n";
    Path input = job.write("in.jsonl", line);
    String[] drawn = {
      "--model", model("bert-model"), "--with-attention", "-1", "--heat-maps", "1", "--overwrite"
    };
    job.rowsOf(input, with(TYPED, drawn));
    byte[] typed = picture();
    job.rowsOf(input, with(drawn, "--tokens-column", "tokens"));
    assertThat(picture()).isNotEqualTo(typed);
  }

  private byte[] picture() {
    Path plots = job.output().resolve("_heed/plots");
    List<String> names = EmbedSandbox.namesIn(plots);
    assertThat(names).hasSize(1);
    try {
      return Files.readAllBytes(plots.resolve(names.get(0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void typesNeedTokensAndAModelThatKnowsThem() {
    Path input = job.write("in.jsonl", "{\"id\": 1, \"tokens\": [5, 6], \"types\": [0, 1]}\n");
    Ended alone = job.run(input, "--token-types-column", "types");
    job.assertFailed(
        alone,
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--token-types-column says the types of token ids, so it needs --tokens-column");
    Ended without = job.run(input, with(TYPED, "--model", model("distilbert-model")));
    job.assertFailed(
        without,
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--token-types-column: the model has no token types (model_type distilbert, config.json)");
  }
}
