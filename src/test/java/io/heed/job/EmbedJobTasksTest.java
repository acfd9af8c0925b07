package io.heed.job;

import static io.heed.job.EmbedSandbox.assertTold;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.embed.Embedder;
import io.heed.embed.TextEmbedder;
import io.heed.job.JobHarness.Ended;
import io.heed.spark.executor.ElsewhereFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of modules in the job: what texts are for, and how many values are kept. */
class EmbedJobTasksTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/sentences");
  private static final List<String> TEXTS =
      List.of("the small cat sat on the mat.", "news of rain!", "");

  @TempDir Path directory;
  private EmbedSandbox job;
  private Path input;

  @BeforeEach
  void write() throws IOException {
    job = new EmbedSandbox(directory);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < TEXTS.size(); i++) {
      lines.append(new ObjectMapper().writeValueAsString(Map.of("id", i, "text", TEXTS.get(i))));
      lines.append('\n');
    }
    input = job.write("in.jsonl", lines.toString());
  }

  private static String model(String name) {
    return GOLDENS.resolve(name).toString();
  }

  private static List<float[]> embedded(String name, Optional<String> task) {
    Path folder = GOLDENS.resolve(name);
    try (Embedder embedder =
        task.isPresent() ? Embedder.open(folder, task.get()) : Embedder.open(folder)) {
      return embedder.embed(TEXTS);
    }
  }

  private static void assertVectors(Dataset<Row> table, List<float[]> expected) {
    List<Row> rows = table.orderBy("id").select("embedding").collectAsList();
    assertThat(rows).hasSize(expected.size());
    for (int i = 0; i < rows.size(); i++) {
      List<Float> vector = new ArrayList<>();
      for (float value : expected.get(i)) {
        vector.add(value);
      }
      assertThat(rows.get(i).getList(0)).isEqualTo(vector);
    }
  }

  @Test
  void each_task_has_its_modules_and_prompt_in_one_jvm() {
    String router = model("st-router");
    for (String task : List.of("query", "document", "query")) {
      Ended ended = job.run(input, "--model", router, "--task", task, "--overwrite");
      assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
      assertVectors(job.table(), embedded("st-router", Optional.of(task)));
      JsonNode options = job.report().required("options");
      assertThat(options.required("task").required("value").textValue()).isEqualTo(task);
      assertThat(options.required("prompt-name").toString())
          .isEqualTo("{\"value\":\"%s\",\"origin\":\"--task\"}".formatted(task));
    }
    assertThat(embedded("st-router", Optional.of("query")).get(0))
        .isNotEqualTo(embedded("st-router", Optional.of("document")).get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"st-router", "st-router-dense"})
  void modules_of_a_router_lie_in_a_hadoop_store(String router) {
    LocalSpark.with(
        "local[2]", Map.of(ElsewhereFileSystem.KEY, ElsewhereFileSystem.class.getName()));
    String model = "elsewhere:" + GOLDENS.resolve(router).toAbsolutePath();
    Ended ended = job.run(input, "--model", model, "--task", "query");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertVectors(job.table(), embedded(router, Optional.of("query")));
  }

  @Test
  void a_table_of_vectors_embeds_an_empty_text_too() {
    Ended ended = job.run(input, "--model", model("st-static"));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    List<float[]> expected = embedded("st-static", Optional.empty());
    assertThat(expected.get(2)).containsOnly(0f);
    assertVectors(job.table(), expected);
    assertThat(job.table().filter("id = 2").select("token_count").head().getInt(0)).isZero();
    assertThat(job.report().required("model").required("architecture").textValue())
        .isEqualTo("StaticEmbedding, width 16, 131 token ids");
    assertTold(
        job.run(input, "--model", model("st-static"), "--overwrite", "--with-attention", "1"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--with-attention: the model has no attention, it is a table of vectors (StaticEmbedding)");
  }

  @Test
  void the_first_values_are_kept_and_normalised() {
    Ended ended = job.run(input, "--model", model("st-truncated"), "--dimensions", "5");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-truncated"))) {
      assertVectors(job.table(), embedder.withDimensions(5).embed(TEXTS));
    }
    JsonNode options = job.report().required("options");
    assertThat(options.required("normalize").toString())
        .isEqualTo("{\"value\":\"true\",\"origin\":\"--dimensions\"}");

    job.run(input, "--model", model("st-static"), "--dimensions", "16", "--overwrite");
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-static"))) {
      assertVectors(job.table(), embedder.withDimensions(16).embed(TEXTS));
    }
    job.run(input, "--model", model("st-truncated"), "--overwrite");
    assertThat(job.report().required("options").required("dimensions").toString())
        .isEqualTo("{\"value\":\"8\",\"origin\":\"config_sentence_transformers.json\"}");
  }

  @Test
  void several_poolings_stand_side_by_side() {
    Ended ended = job.run(input, "--model", model("st-sqrt"), "--pooling", "mean,max");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    List<Row> both = job.table().orderBy("id").select("embedding").collectAsList();
    job.run(input, "--model", model("st-sqrt"), "--pooling", "max", "--overwrite");
    List<Row> max = job.table().orderBy("id").select("embedding").collectAsList();
    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(both.get(i).getList(0).subList(16, 32)).isEqualTo(max.get(i).getList(0));
    }
    assertTold(
        job.run(input, "--model", model("st-residual"), "--overwrite", "--pooling", "mean,max"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--pooling gives vectors of 32 values, but the modules of the checkpoint take 16");
  }

  @Test
  void a_prompt_that_is_not_pooled_needs_room_for_a_text() {
    assertTold(
        job.run(
            input,
            "--model",
            model("st-no-prompt"),
            "--prompt",
            "the cat sat on the mat and the dog runs fast in the green house of "),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "the prompt has 17 tokens, which are not pooled; the maximum length 16"
            + " (tokenizer_config.json) leaves no others");
  }

  @Test
  void a_checkpoint_that_has_to_be_told_the_task_says_so() {
    assertTold(
        job.run(input, "--model", model("st-router-v5")),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--task: a task has to be said: query, document (router_config.json)");
  }

  @Test
  void a_stage_takes_task_and_dimensions() {
    Dataset<Row> texts = LocalSpark.twoCores().read().json(input.toString());
    TextEmbedder embedder =
        new TextEmbedder()
            .setModel(model("st-router-dense"))
            .setInputCol("text")
            .setTask("document")
            .setDimensions(6);
    try (Embedder same = Embedder.open(GOLDENS.resolve("st-router-dense"), "document")) {
      assertVectors(embedder.transform(texts), same.withDimensions(6).embed(TEXTS));
    }
  }
}
