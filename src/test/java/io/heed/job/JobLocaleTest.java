package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.FileNames;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs write the same in every locale: names, numbers, JSON, pictures and messages. */
class JobLocaleTest {
  private static final Locale OF_THIS_JVM = Locale.getDefault();

  /** Of the report: times, and the options, which name the output. */
  private static final Pattern TIMED = Pattern.compile("Second|started|options|kernel");

  @TempDir static Path shared;
  private static Written plain;

  @TempDir Path directory;

  /**
   * What a run of two jobs leaves.
   *
   * @param pictures by name
   * @param report less what differs from run to run
   */
  private record Written(
      Map<String, byte[]> pictures, List<String> rejected, JsonNode report, List<String> names) {}

  @BeforeAll
  static void writePlainly() throws IOException {
    Locale.setDefault(Locale.ROOT);
    try {
      plain = write(shared);
    } finally {
      Locale.setDefault(OF_THIS_JVM);
    }
  }

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(OF_THIS_JVM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG", "tr-TR", "th-TH-u-ca-buddhist-nu-thai"})
  void what_is_written_is_that_of_no_locale(String tag) throws IOException {
    Locale.setDefault(Locale.forLanguageTag(tag));
    // Spark's own numbers of files, where no job's main has set the locale.
    FileNames.assumeWritable(String.format("%d", 0));
    Written written = write(directory);

    assertThat(written.names()).isEqualTo(plain.names());
    assertThat(written.rejected()).isEqualTo(plain.rejected()).hasSizeGreaterThan(5);
    assertThat(written.report()).isEqualTo(plain.report());
    assertThat(written.pictures().keySet()).isEqualTo(plain.pictures().keySet()).hasSize(6);
    plain
        .pictures()
        .forEach(
            (name, picture) ->
                assertThat(written.pictures().get(name)).as(name).isEqualTo(picture));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "tr-TR"})
  void help_is_that_of_no_locale(String tag) {
    Locale.setDefault(Locale.ROOT);
    String plainHelp = JobHarness.run(new GenerateJob(), "--help").out();
    Locale.setDefault(Locale.forLanguageTag(tag));

    assertThat(JobHarness.run(new GenerateJob(), "--help").out()).isEqualTo(plainHelp);
  }

  private static Written write(Path directory) throws IOException {
    EmbedSandbox embedding = new EmbedSandbox(directory);
    Ended embedded =
        embedding.run(
            EmbedSandbox.SAMPLE_DATA.resolve("with-bad-rows.jsonl"),
            "--max-rejected-fraction=1",
            "--with-attention=1",
            "--heat-maps=2");
    assertPlain(embedded);
    Path curves = directory.resolve("curves");
    assertPlain(
        JobHarness.run(
            new RegressJob(),
            "--input=" + EmbedSandbox.SAMPLE_DATA.resolve("pooling-training.csv"),
            "--features=x",
            "--label=y",
            "--output=" + curves));
    List<String> rejected = embedding.rejected().stream().map(Row::toString).toList();
    Map<String, byte[]> pictures = pictures(embedding.output());
    pictures.putAll(pictures(curves));
    List<String> names = EmbedSandbox.namesIn(embedding.output().resolve("_heed"));
    return new Written(pictures, rejected, report(embedding.output()), names);
  }

  /** Done, and told in digits that everybody reads. */
  private static void assertPlain(Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.out() + ended.err()).doesNotMatch("(?s).*[\\p{Nd}&&[^0-9]].*");
  }

  private static JsonNode report(Path output) throws IOException {
    ObjectNode report =
        (ObjectNode) new ObjectMapper().readTree(output.resolve("_heed/report.json").toFile());
    List<String> timed = new ArrayList<>();
    report
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (TIMED.matcher(name).find()) {
                timed.add(name);
              }
            });
    return report.remove(timed);
  }

  private static Map<String, byte[]> pictures(Path output) throws IOException {
    Map<String, byte[]> pictures = new TreeMap<>();
    Path plots = output.resolve("_heed/plots");
    for (String name : EmbedSandbox.namesIn(plots)) {
      pictures.put(name, Files.readAllBytes(plots.resolve(name)));
    }
    return pictures;
  }
}
