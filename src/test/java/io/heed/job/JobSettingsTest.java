package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.attend.AttendJob;
import io.heed.discretize.DiscretizeJob;
import io.heed.embed.EmbedJob;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import io.heed.score.ScoreJob;
import io.heed.settings.Setting;
import io.heed.train.TrainJob;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the options of all jobs have in common, and what each says of its own. */
class JobSettingsTest {

  static List<Job> jobs() {
    return List.of(
        new EmbedJob(),
        new AttendJob(),
        new RegressJob(),
        new DiscretizeJob(),
        new ScoreJob(),
        new GenerateJob(),
        new TrainJob());
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void everyJobHasTheSettingsOfATableOnce(Job job) {
    assertThat(job.settings())
        .doesNotHaveDuplicates()
        .containsAll(job.required())
        .startsWith(TableSettings.INPUT)
        .endsWith(TableSettings.STACK_TRACE);
    assertThat(job.settings()).extracting(setting -> setting.name()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void onlyAJobOfFilesKeepsNoColumns(Job job) {
    List<Setting<?>> all = TableSettings.around();
    if (job instanceof TrainJob) {
      List<String> names = all.stream().map(setting -> setting.name()).toList();
      assertThat(job.settings())
          .extracting(setting -> setting.name())
          .containsAll(names.stream().filter(name -> !name.equals("keep-columns")).toList())
          .doesNotContain("keep-columns");
    } else {
      assertThat(job.settings()).containsAll(all);
    }
  }

  static Stream<Job> jobsOfVectors() {
    return Stream.of(new AttendJob(), new RegressJob(), new DiscretizeJob());
  }

  @ParameterizedTest
  @MethodSource("jobsOfVectors")
  void theHelpOfAJobWithoutACheckpointSpeaksOfNone(Job job) {
    Ended ended = JobHarness.run(job, "--help");
    assertThat(ended.out()).doesNotContain("hidden_size").doesNotContain("Tokens computed");
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void theHelpSaysWhatABatchHolds(Job job) {
    String help = JobHarness.run(job, "--help").out();
    String key = "Key: spark.heed.batchTokens";
    switch (job.name()) {
      case "embed", "score", "generate" ->
          assertThat(help).contains(key).contains("Tokens computed together");
      case "attend" ->
          assertThat(help).contains(key).contains("Vectors of queries and context computed");
      default -> assertThat(help).doesNotContain(key);
    }
  }
}
