package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.discretize.DiscretizeJob;
import io.heed.embed.EmbedJob;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.output.DisplayText;
import io.heed.regress.RegressJob;
import io.heed.score.ScoreJob;
import io.heed.score.ScoreSettings;
import io.heed.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of the output: the rows beside what they were computed from. */
class FirstRowsTest {
  @TempDir Path directory;

  @BeforeEach
  void startSpark() {
    LocalSpark.twoCores();
  }

  /** Runs a job's own sample with other options. */
  private List<String> table(Job job, Map<Setting<?>, String> changes) {
    Path home = Path.of("").toAbsolutePath();
    Map<String, String> options = new TreeMap<>();
    job.sample(home, System.err).forEach((setting, value) -> options.put(setting.option(), value));
    options.put(TableSettings.OUTPUT.option(), directory.resolve(job.name()).toString());
    options.remove(TableSettings.OVERWRITE.option());
    changes.forEach((setting, value) -> options.put(setting.option(), value));
    List<String> arguments = new ArrayList<>();
    options.forEach(
        (option, value) -> {
          arguments.add(option);
          if (!value.equals("true")) {
            arguments.add(value);
          }
        });
    if (options.getOrDefault(TableSettings.KEEP_COLUMNS.option(), "").isEmpty()) {
      int at = arguments.indexOf(TableSettings.KEEP_COLUMNS.option());
      if (at >= 0) {
        arguments.subList(at, at + 2).clear();
      }
    }
    Ended ended = JobHarness.run(job, arguments.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return ended.out().substring(ended.out().indexOf("\n\n") + 2).lines().toList();
  }

  private static final Map<Setting<?>, String> NOTHING_KEPT =
      Map.of(TableSettings.KEEP_COLUMNS, "");

  @Test
  void embeddingsStandBesideTheirTexts() {
    List<String> lines = table(new EmbedJob(), NOTHING_KEPT);
    assertThat(lines).hasSize(7);
    assertThat(lines.get(0)).isEqualTo("the first 5 of 340 rows");
    assertThat(lines.get(1)).matches("id +text +embedding +token_count +truncated");
    assertThat(lines.get(2))
        .matches(
            "s-0001  Rain\\. +\\[0\\.0757, -0\\.0156, -0\\.0746, -0\\.09, \\.\\.\\. of 128\\] +4  false");
  }

  @Test
  void whatIsKeptIsShownOnce() {
    List<String> lines = table(new EmbedJob(), Map.of());
    assertThat(lines.get(1)).matches("id +topic +text +embedding +token_count +truncated");
  }

  @Test
  void continuationsStandBesideTheirPrompts() {
    List<String> lines = table(new GenerateJob(), Map.of());
    assertThat(lines.get(1)).matches("id +text \\(input\\) +generated_ids +text +finish_reason");
    assertThat(lines.get(2))
        .startsWith("beginnings.txt#0    On Friday Mia went to the ")
        .endsWith("end_of_text");
  }

  @Test
  void scoresStandBesideTheirTexts() {
    List<String> lines = table(new ScoreJob(), NOTHING_KEPT);
    assertThat(lines.get(1))
        .matches("id +text +token_count +log_likelihood +perplexity +next_tokens");
    assertThat(lines.get(2))
        .matches(
            "t-0001  On Thursday Nora went to the station\\. There s\\.\\.\\."
                + " +\\d+ +-\\d+\\.\\d+ +\\d+.* \\[\\{.*");
    assertThat(ScoreSettings.TOP_K.name()).isEqualTo("top-k");
  }

  @Test
  void jobsOfNumbersShowWhatTheyRead() {
    assertThat(table(new AttendJob(), Map.of()).get(1))
        .matches("id +query +context \\(input\\) +context +attention");
    assertThat(table(new RegressJob(), NOTHING_KEPT).get(1)).matches("id +x +prediction");
    assertThat(table(new DiscretizeJob(), Map.of()).get(1)).matches("id +bars +token_ids");
  }

  @Test
  void whateverTheDataIsItCommandsNoTerminal() throws IOException {
    Path input =
        Files.writeString(
            directory.resolve("in.jsonl"),
            """
            {"id": "\\u001b]0;owned\\u0007", "text": "日本語の文 with\\nlines", "b": "\\u202ex"}
            {"id": "plain", "text": "one 👩‍👩‍👧‍👦 family", "b": "\\u001b[2J"}
            """);
    List<String> lines =
        table(
            new EmbedJob(),
            Map.of(TableSettings.INPUT, input.toString(), TableSettings.KEEP_COLUMNS, "b"));
    assertThat(lines.get(0)).isEqualTo("all 2 rows");
    assertThat(lines.get(2)).startsWith("\\u001b]0;owned\\u0007  日本語の文 with\\nlines  \\u202ex ");
    assertThat(lines.get(3))
        .startsWith("plain                 one 👩‍👩‍👧‍👦 family           \\u001b[2J  ");
    // The column behind texts of other widths begins in one place.
    List<Integer> beginnings =
        lines.subList(2, 4).stream()
            .map(line -> DisplayText.width(line.substring(0, line.indexOf("[0."))))
            .toList();
    assertThat(beginnings.get(0)).isEqualTo(beginnings.get(1));
  }

  @Test
  void oneRowIsTheOnlyOne() throws IOException {
    Path input = Files.writeString(directory.resolve("one.csv"), "id,text\n1,alone\n");
    assertThat(
            table(
                    new EmbedJob(),
                    Map.of(TableSettings.INPUT, input.toString(), TableSettings.KEEP_COLUMNS, ""))
                .get(0))
        .isEqualTo("the only row");
  }

  @Test
  void ofManyTasksTheFirstRowsOfTheInputAreShown() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      text.append(String.format(Locale.ROOT, "{\"id\": %d, \"text\": \"row %d\"}\n", i, i));
    }
    Path input = Files.writeString(directory.resolve("many.jsonl"), text);
    List<String> lines =
        table(
            new EmbedJob(),
            Map.of(
                TableSettings.INPUT, input.toString(),
                TableSettings.KEEP_COLUMNS, "",
                TableSettings.PARTITIONS, "7"));
    assertThat(lines.get(0)).isEqualTo("the first 5 of 2,000 rows");
    for (int i = 0; i < 5; i++) {
      assertThat(lines.get(2 + i)).startsWith(String.format(Locale.ROOT, " %d  row %d ", i, i));
    }
  }
}
