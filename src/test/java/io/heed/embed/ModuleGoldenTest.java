package io.heed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts through whole checkpoints of modules, against sentence-transformers and model2vec, which
 * computed the {@code golden.json} of each folder ({@code make_sentences.py}).
 */
class ModuleGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/sentences");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Largest difference of a value of a vector that is not normalised. */
  private static final double MOST = 2e-5;

  /** The same of a unit vector. */
  private static final double MOST_OF_UNIT = 2e-6;

  /** What a golden file says. */
  private record Golden(Optional<String> task, List<String> texts, JsonNode outputs) {
    static Golden read(String folder, String file) throws IOException {
      JsonNode json = JSON.readTree(GOLDENS.resolve(folder).resolve(file).toFile());
      List<String> texts = new ArrayList<>();
      json.get("texts").forEach(text -> texts.add(text.asText()));
      return new Golden(
          Optional.ofNullable(json.get("task")).map(JsonNode::asText), texts, json.get("outputs"));
    }

    double[][] vectors(String output) {
      JsonNode vectors = outputs.get(output);
      double[][] values = new double[vectors.size()][];
      for (int i = 0; i < values.length; i++) {
        values[i] = new double[vectors.get(i).size()];
        for (int j = 0; j < values[i].length; j++) {
          values[i][j] = vectors.get(i).get(j).asDouble();
        }
      }
      return values;
    }

    double[][] vectors() {
      return vectors("sentence_embedding");
    }
  }

  private static Embedder open(Path folder, Optional<String> task) {
    return task.isPresent() ? Embedder.open(folder, task.get()) : Embedder.open(folder);
  }

  private static void check(Embedder embedder, Golden golden, double[][] expected) {
    List<float[]> vectors = embedder.embed(golden.texts());
    for (int i = 0; i < expected.length; i++) {
      assertThat(vectors.get(i)).as(golden.texts().get(i)).hasSize(expected[i].length);
      double most = Math.abs(length(expected[i]) - 1) < 1e-4 ? MOST_OF_UNIT : MOST;
      for (int j = 0; j < expected[i].length; j++) {
        assertThat((double) vectors.get(i)[j])
            .as("%s, value %d", golden.texts().get(i), j)
            .isCloseTo(expected[i][j], within(most));
      }
      assertThat(embedder.embed(golden.texts().get(i))).isEqualTo(vectors.get(i));
    }
  }

  private static double length(double[] vector) {
    double sum = 0;
    for (double value : vector) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static double[][] scaled(double[][] vectors) {
    return Stream.of(vectors)
        .map(
            vector -> {
              double length = length(vector);
              double[] unit = vector.clone();
              for (int i = 0; i < unit.length && length > 0; i++) {
                unit[i] /= length;
              }
              return unit;
            })
        .toArray(double[][]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "st-multi-pooling, golden.json",
    "st-multi-pooling-v6, golden.json",
    "st-weighted, golden.json",
    "st-sqrt, golden.json",
    "st-no-prompt, golden.document.json",
    "st-prompts, golden.json",
    "st-prompts, golden.query.json",
    "st-residual, golden.json",
    "st-residual-wide, golden.json",
    "st-layer-norm, golden.json",
    "st-layers, golden.json",
    "st-router, golden.json",
    "st-router, golden.query.json",
    "st-router, golden.document.json",
    "st-router-v5, golden.query.json",
    "st-router-v5, golden.document.json",
    "st-router-mapped, golden.json",
    "st-router-mapped, golden.query.json",
    "st-router-mapped, golden.document.json",
    "st-router-mapped, golden.fast.json",
    "st-router-dense, golden.json",
    "st-router-dense, golden.query.json",
    "st-router-dense, golden.document.json",
    "st-asym, golden.json",
    "st-asym, golden.query.json",
    "st-asym, golden.doc.json",
    "st-static, golden.json",
    "model2vec, golden.json",
    "model2vec-mapped, golden.json",
    "model2vec-int8, golden.json"
  })
  void vectors_are_those_of_the_library(String folder, String file) throws IOException {
    Golden golden = Golden.read(folder, file);
    try (Embedder embedder = open(GOLDENS.resolve(folder), golden.task())) {
      check(embedder, golden, golden.vectors());
    }
  }

  /** Its mean and norm are in float16 there, of which the golden has a second run in float32. */
  @Test
  void halves_are_summed_in_float32() throws IOException {
    Golden golden = Golden.read("model2vec-half", "golden.json");
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("model2vec-half"))) {
      check(embedder, golden, golden.vectors("in_float32"));
    }
  }

  /** What model2vec gives for the same, which does not switch the tokenizer's truncation off. */
  @Test
  void the_truncation_of_a_tokenizer_comes_before_unknown_tokens(@TempDir Path directory)
      throws IOException {
    Path folder = copy("model2vec", directory);
    edit(
        folder.resolve("tokenizer.json"),
        Map.of(
            "truncation",
            Map.of(
                "max_length", 3, "strategy", "LongestFirst", "stride", 0, "direction", "Right")));
    try (Embedder cut = Embedder.open(folder);
        Embedder whole = Embedder.open(GOLDENS.resolve("model2vec"))) {
      assertThat(cut.embed("the small cat sat on the mat."))
          .isEqualTo(whole.embed("the small cat"));
      assertThat(cut.embed("\u65e5 the small cat")).isEqualTo(whole.embed("the small"));
    }
  }

  /** As those of a table that is in memory: where rows have weights they are gathered. */
  @Test
  void a_long_text_is_summed_a_few_tokens_at_a_time() {
    String text = "the small cat sat on the mat. ".repeat(40);
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-static"))) {
      assertThat(embedder.embed(text)).isNotEqualTo(embedder.embed("the small cat"));
    }
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("model2vec-mapped"))) {
      float[] once = embedder.embed("the small cat sat on the mat. ".repeat(8));
      float[] often = embedder.embed("the small cat sat on the mat. ".repeat(16));
      for (int i = 0; i < once.length; i++) {
        assertThat(often[i]).isCloseTo(once[i], within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"})
  void a_prompt_can_be_left_out_of_the_pooling(String mode, @TempDir Path directory)
      throws IOException {
    Path folder = copy("st-no-prompt", directory);
    edit(folder.resolve("1_Pooling/config.json"), Map.of("pooling_mode", mode));
    Golden golden = Golden.read("st-no-prompt", "golden." + mode + ".json");
    try (Embedder embedder = Embedder.open(folder).withPromptName("query")) {
      check(embedder, golden, golden.vectors());
    }
  }

  /** The library gives such texts the vector of their last special token, all of them the same. */
  @Test
  void a_prompt_that_leaves_nothing_to_pool_gives_no_vector() throws IOException {
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-no-prompt"))) {
      Embedder prompted =
          embedder.withPrompt(
              "the cat sat on the mat and the dog runs fast in the green house of ");
      assertThatThrownBy(() -> prompted.embed("the moon"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "the row has \\d+ tokens, none behind the \\d+ of the prompt, which are not pooled");
    }
  }

  /**
   * The library never gets to it, since all models have a prompt for documents, if an empty one.
   */
  @Test
  void a_document_has_the_prompt_of_passages_where_it_has_none_of_its_own() throws IOException {
    Golden golden = Golden.read("st-prompts", "golden.json");
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-prompts"), "document")) {
      check(embedder, golden, golden.vectors());
    }
  }

  @Test
  void first_values_are_normalised_again() throws IOException {
    Golden golden = Golden.read("st-truncated", "golden.json");
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-truncated"))) {
      assertThat(embedder.dimensions()).isEqualTo(8);
      assertThat(embedder.withDimensions(16).dimensions()).isEqualTo(16);
      check(embedder, golden, golden.vectors("renormalized"));
      assertThatThrownBy(() -> embedder.withDimensions(17))
          .hasMessage("17 is not in 1 to the 16 values of a vector");
    }
    Golden first = Golden.read("st-static-normalized", "golden.json");
    Golden whole = Golden.read("st-static-normalized", "golden.whole.json");
    try (Embedder embedder = Embedder.open(GOLDENS.resolve("st-static-normalized"))) {
      check(embedder, first, scaled(first.vectors()));
      check(embedder.withDimensions(24), whole, whole.vectors());
    }
  }

  @Test
  void layers_are_mixed_only_where_the_configuration_gives_them(@TempDir Path directory)
      throws IOException {
    Path folder = copy("st-layers", directory);
    edit(folder.resolve("config.json"), Map.of("output_hidden_states", false));
    Golden golden = Golden.read("st-layers", "golden.last.json");
    try (Embedder embedder = Embedder.open(folder)) {
      check(embedder, golden, golden.vectors());
    }
  }

  @Test
  void a_task_that_is_not_known_is_refused_by_name() {
    assertThatThrownBy(() -> Embedder.open(GOLDENS.resolve("st-router"), "other"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "there is no route for the task 'other'; there are query, document"
                + " (router_config.json)");
    assertThatThrownBy(() -> Embedder.open(GOLDENS.resolve("st-router-v5")))
        .hasMessage("a task has to be said: query, document (router_config.json)");
    assertThatThrownBy(() -> Embedder.open(GOLDENS.resolve("st-prompts"), "other"))
        .hasMessage(
            "the checkpoint does not know the task 'other'; it knows document, passage,"
                + " query");
  }

  @Test
  void the_class_that_jina_has_for_its_adapters_is_a_transformer(@TempDir Path directory)
      throws IOException {
    Path folder = copy(Path.of("src/test/resources/goldens/encoders/jina-v3-adapters"), directory);
    Files.copy(GOLDENS.resolve("st-static/tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("modules.json"),
        "[{\"idx\": 0, \"path\": \"\", \"type\": \"custom_st.Transformer\"}]");
    try (Embedder query = Embedder.open(folder, "retrieval.query");
        Embedder passage = Embedder.open(folder, "retrieval.passage");
        Embedder neither = Embedder.open(folder)) {
      assertThat(query.embed("cat")).isNotEqualTo(passage.embed("cat"));
      assertThat(query.embed("cat")).isNotEqualTo(neither.embed("cat"));
    }
    assertThatThrownBy(() -> Embedder.open(folder, "query"))
        .hasMessage(
            "the checkpoint does not know the task 'query'; it knows classification,"
                + " retrieval.passage, retrieval.query, separation, text-matching");
  }

  private static Path copy(String folder, Path target) throws IOException {
    return copy(GOLDENS.resolve(folder), target);
  }

  private static Path copy(Path from, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path to = target.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return target;
  }

  private static void edit(Path file, Map<String, Object> values) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    values.forEach((key, value) -> json.set(key, JSON.valueToTree(value)));
    JSON.writeValue(file.toFile(), json);
  }
}
