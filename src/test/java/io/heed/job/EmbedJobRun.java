package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import java.nio.file.Path;

/** {@code jobs/embed} for tests of other rooms. */
public final class EmbedJobRun {
  private EmbedJobRun() {}

  /** Embeds a table, with its texts, in the session that runs. */
  public static void of(Path model, Path input, Path output) {
    Ended ended =
        JobHarness.run(
            new EmbedJob(),
            "--model",
            model.toString(),
            "--input",
            input.toString(),
            "--output",
            output.toString(),
            "--keep-columns",
            "text");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
  }
}
