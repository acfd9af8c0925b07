package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.LocalSpark;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.FakeHub;
import io.heed.embed.TextEmbedder;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is given by its name at a hub, and lies in the cache of the JVM. */
class EmbedJobHubTest {
  private static final String NAME = "heed-tests/embed-job";

  @TempDir Path directory;
  private EmbedSandbox job;
  private Path input;
  private FakeHub hub;

  @BeforeEach
  void fill() {
    job = new EmbedSandbox(directory);
    input =
        job.write("in.jsonl", "{\"id\": 1, \"text\": \"rain\"}\n{\"id\": 2, \"text\": \"snow\"}\n");
    hub =
        FakeHub.ofProcess("models--heed-tests--embed-job")
            .with(EmbedSandbox.SAMPLE_MODEL)
            .withRef("v1", FakeHub.COMMIT);
  }

  @Test
  void a_name_gives_what_the_path_gives() throws IOException {
    List<Row> byPath = job.rowsOf(input);
    String hash = job.report().required("model").required("hash").textValue();
    List<Row> byName = job.rowsOf(input, "--model", NAME + "@v1", "--overwrite");

    assertThat(byName).isEqualTo(byPath);
    JsonNode model = job.report().required("model");
    assertThat(model.required("hash").textValue()).isEqualTo(hash);
    assertThat(model.required("path").textValue())
        .isEqualTo(hub.snapshot().toString())
        .endsWith("/models--heed-tests--embed-job/snapshots/" + FakeHub.COMMIT);
    assertThat(job.report().required("options").required("model").required("value").textValue())
        .isEqualTo(NAME + "@v1");
  }

  @Test
  void a_stage_takes_it_too() {
    Dataset<Row> texts = LocalSpark.twoCores().read().json(input.toString());
    TextEmbedder stage = new TextEmbedder().setModel(EmbedSandbox.SAMPLE_MODEL.toString());
    List<Row> byPath = stage.transform(texts).collectAsList();
    assertThat(stage.setModel(NAME + "@v1").transform(texts).collectAsList()).isEqualTo(byPath);
    stage.setModel(NAME + "@v2");
    assertThatThrownBy(() -> stage.transform(texts))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has no revision v2 of " + NAME);
  }

  @Test
  void a_revision_that_is_not_there_ends_the_job() {
    Ended ended = job.run(input, "--model", NAME);
    job.assertFailed(
        ended,
        ExitCode.BAD_CHECKPOINT,
        ("the checkpoint '%1$s' does not exist as a directory or as an entry of --archives, and the"
                + " Hugging Face cache %2$s has no revision main of %1$s; `hf download %1$s`, with"
                + " older tools `huggingface-cli download %1$s`, puts it there")
            .formatted(NAME, hub.cache()));
  }

  @Test
  void a_link_out_of_the_blobs_ends_the_job() throws IOException {
    Path weights = hub.snapshot().resolve("model.safetensors");
    Files.delete(weights);
    Path elsewhere = EmbedSandbox.SAMPLE_MODEL.resolve("model.safetensors");
    Files.createSymbolicLink(weights, elsewhere);
    Ended ended = job.run(input, "--model", NAME + "@v1");
    job.assertFailed(
        ended,
        ExitCode.BAD_CHECKPOINT,
        "model.safetensors is a link to %s, outside the checkpoint %s; a copy of the file is read"
            .formatted(elsewhere, hub.snapshot()));
  }

  @Test
  void an_output_in_the_snapshot_is_refused() {
    Path output = hub.snapshot().resolve("out");
    Ended ended = job.run(input, "--model", NAME + "@v1", "--output", output.toString());
    EmbedSandbox.assertTold(
        ended,
        ExitCode.BAD_OUTPUT,
        "output file:%s lies in the model file:%s".formatted(output, hub.snapshot()));
    assertThat(output).doesNotExist();
  }
}
