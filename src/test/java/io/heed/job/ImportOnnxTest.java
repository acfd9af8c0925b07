package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.job.JobHarness.Ended;
import io.heed.onnx.ImportOnnx;
import io.heed.onnx.SmallExport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/import-onnx} from its arguments to its exit code. */
class ImportOnnxTest {
  @TempDir Path directory;
  private Path graph;
  private Path output;

  @BeforeEach
  void export() throws Exception {
    graph = SmallExport.write(directory);
    output = directory.resolve("made").resolve("model");
  }

  private Ended run(String... more) {
    String[] arguments = {"--input", graph.toString(), "--output", output.toString()};
    String[] all = new String[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return JobHarness.run(new ImportOnnx(), all);
  }

  @Test
  void writesACheckpointAndSaysWhatItIs() throws Exception {
    Ended ended = run("--pooling", "cls", "--normalize", "false");

    assertThat(ended.exit()).isEqualTo(ExitCode.DONE);
    assertThat(ended.out()).startsWith("model.onnx: BERT, 2 layers").endsWith(output + "\n");
    assertThat(ended.err()).isEmpty();
    assertThat(Files.readString(output.resolve("1_Pooling/config.json")))
        .contains("\"pooling_mode_cls_token\" : true");
    assertThat(Files.readString(output.resolve("modules.json"))).doesNotContain("Normalize");
    assertThat(Files.readString(output.resolve("sentence_bert_config.json")))
        .doesNotContain("max_seq_length");
    assertThat(output.getParent()).isDirectoryContaining(output::equals);
  }

  @Test
  void replacesAnEarlierImportOnlyWhenAsked() throws Exception {
    run();
    Ended again = run();
    assertThat(again.exit()).isEqualTo(ExitCode.BAD_OUTPUT);
    assertThat(again.err())
        .isEqualTo("heed: " + output + " exists; --overwrite replaces an earlier import\n");

    Files.writeString(output.resolve("config.json"), "{}");
    assertThat(run("--overwrite").exit()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(output.resolve("config.json"))).contains("bert");
  }

  @Test
  void replacesNothingElse() throws Exception {
    run();
    Files.writeString(output.resolve("1_Pooling").resolve("thesis.tex"), "");
    Ended ended = run("--overwrite");

    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_OUTPUT);
    assertThat(ended.err())
        .isEqualTo(
            "heed: "
                + output
                + " holds 1_Pooling/thesis.tex, which no import writes; nothing is replaced\n");
    assertThat(output.resolve("1_Pooling").resolve("thesis.tex")).exists();

    Files.delete(output.resolve("1_Pooling").resolve("thesis.tex"));
    Files.delete(output.resolve("heed-import.json"));
    assertThat(run("--overwrite").err())
        .isEqualTo(
            "heed: "
                + output
                + " is no import, for it has no heed-import.json; nothing is replaced\n");
  }

  @Test
  void leavesNothingOfAnImportThatFails() throws Exception {
    Files.writeString(graph, "no graph");
    Ended ended = run();

    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(ended.err()).startsWith("heed: model.onnx ").doesNotContain("\tat ");
    assertThat(output.getParent()).isEmptyDirectory();
  }

  @Test
  void asksForATokenizer() throws Exception {
    Files.delete(directory.resolve("tokenizer.json"));
    assertThat(run().err())
        .isEqualTo(
            "heed: there is no tokenizer.json beside model.onnx; name one with --tokenizer\n");

    Path other =
        Files.copy(
            Path.of("sample-data", "gpt", "tokenizer.json"), directory.resolve("other.json"));
    assertThat(run("--tokenizer", other.toString()).exit()).isEqualTo(ExitCode.DONE);
    assertThat(output.resolve("tokenizer.json")).hasSameTextualContentAs(other);
  }

  @Test
  void needsItsOptions() {
    Ended ended = JobHarness.run(new ImportOnnx());
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err()).isEqualTo("heed: --input is required\n");
    assertThat(JobHarness.run(new ImportOnnx(), "--help").out())
        .startsWith("Usage: jobs/import-onnx [OPTIONS]\n");
  }
}
