package io.heed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Platform;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.gson.Gson;
import io.heed.LocalSpark;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.FakeHub;
import io.heed.checkpoint.HubCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class EmbedderTest {
  private static final Path MODEL = Path.of("sample-data", "checkpoint");

  private static SparkSession spark;
  private static Embedder embedder;
  private static List<String> texts;

  @TempDir static Path directory;

  @BeforeAll
  static void open() {
    spark = LocalSpark.twoCores();
    embedder = Embedder.open(MODEL);
    texts =
        spark.read().json("sample-data/sentences.jsonl").select("text").collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  private static List<float[]> byStage(TextEmbedder stage) {
    return stage
        .setModel(MODEL.toString())
        .transform(spark.read().json("sample-data/sentences.jsonl").select("text"))
        .select("embedding")
        .collectAsList()
        .stream()
        .map(EmbedderTest::vector)
        .toList();
  }

  private static float[] vector(Row row) {
    List<Float> values = row.getList(0);
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }

  /** Equal where all bits are. */
  private static List<Integer> bits(List<float[]> vectors) {
    return vectors.stream().map(Arrays::hashCode).toList();
  }

  @Test
  void givesTheVectorsOfTheStageBitForBit() {
    List<float[]> vectors = embedder.embed(texts);

    assertThat(bits(vectors)).hasSize(340).isEqualTo(bits(byStage(new TextEmbedder())));
    assertThat(vectors.get(0)).hasSize(embedder.dimensions());
    for (int i = 0; i < texts.size(); i++) {
      assertThat(embedder.embed(texts.get(i))).isEqualTo(vectors.get(i));
    }
  }

  @Test
  void takesThePromptsOfTheCheckpoint() {
    List<float[]> queries = byStage(new TextEmbedder().setPromptName("query"));

    assertThat(bits(embedder.withPromptName("query").embed(texts))).isEqualTo(bits(queries));
    assertThat(bits(embedder.withPrompt("query: ").embed(texts))).isEqualTo(bits(queries));
    assertThat(bits(embedder.embed(texts))).isNotEqualTo(bits(queries));
    assertThatThrownBy(() -> embedder.withPromptName("question"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prompt question is not a prompt of the checkpoint; it has passage, query");
  }

  @Test
  void servesManyThreadsAtOnce() throws Exception {
    List<float[]> wanted = embedder.embed(texts);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Void>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int first = thread;
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < texts.size(); i++) {
                    int text = (i + 85 * first) % texts.size();
                    assertThat(embedder.embed(texts.get(text))).isEqualTo(wanted.get(text));
                  }
                  return null;
                }));
      }
      for (Future<Void> thread : running) {
        thread.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void saysWhichTextHasNoVector() {
    assertThatThrownBy(() -> embedder.embed((String) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the text is null");
    assertThatThrownBy(() -> embedder.embed(Arrays.asList("a", "b", null, "c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text 2 of 4: the text is null");
    assertThat(embedder.embed(List.of())).isEmpty();
    assertThat(embedder.embed("")).isEqualTo(embedder.embed(List.of("")).get(0));
  }

  @Test
  void refusesWhatTheJobRefuses() throws IOException {
    assertThatThrownBy(() -> Embedder.open(directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json");
  }

  @Test
  void needsNoSpark() throws Exception {
    String text = "The weather is lovely today.";
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                classPath(),
                EmbedderWithoutSpark.class.getName(),
                MODEL.toString(),
                text)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(told.strip()).isEqualTo(Arrays.toString(embedder.embed(text)));
  }

  @Test
  void a_name_is_looked_for_in_the_cache_of_the_hub() {
    Supplier<HubCache> cache = () -> new HubCache(directory);
    FakeHub hub =
        new FakeHub(directory, "models--org--name").with(MODEL).withRef("main", FakeHub.COMMIT);
    assertThat(Embedder.directory("org/name", cache)).isEqualTo(hub.snapshot());
    assertThat(Embedder.directory(MODEL.toString(), cache)).isEqualTo(MODEL);
    assertThat(Embedder.directory("../name", cache)).isEqualTo(Path.of("../name"));
    assertThatThrownBy(() -> Embedder.directory("org/absent", cache))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            "the checkpoint 'org/absent' does not exist, and the Hugging Face cache " + directory);
    assertThatThrownBy(() -> Embedder.open("a\0b")).isInstanceOf(CheckpointException.class);
    try (Embedder byName = Embedder.open(MODEL.toString())) {
      assertThat(byName.embed("rain")).containsExactly(embedder.embed("rain"));
    }
  }

  /** Heed, the tokenizers in its jar, and the four libraries of Spark's that they need. */
  private static String classPath() {
    return Stream.of(
            Embedder.class,
            EmbedderTest.class,
            TokenizersLibrary.class,
            Platform.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonProperty.class,
            Gson.class,
            Logger.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(location.getPath()).toString())
        .distinct()
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }
}
