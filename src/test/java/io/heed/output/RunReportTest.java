package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heed.output.RunReport.Outcome;
import io.heed.row.Rejection.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportTest {
  private static RunReport report(Outcome outcome, RunCounts counts, Duration wall) {
    Map<String, RunReport.Option> options = new LinkedHashMap<>();
    options.put("input", new RunReport.Option("a \"b\"", "argument"));
    options.put("batch-tokens", new RunReport.Option(null, "default"));
    return new RunReport(
        outcome,
        "embed",
        "0.1.0",
        Instant.parse("2026-01-02T03:04:05Z"),
        counts,
        wall,
        new RunReport.Model("/models/minilm", "0123456789abcdef0123", "bert", "feed"),
        new RunReport.Kernel("simd", "8 lanes of 256 bits"),
        options);
  }

  private static RunCounts counts(Duration compute) {
    return new RunCounts(
        1_234_567,
        1_234_500,
        Map.of(Reason.NULL_TEXT, 60L, Reason.MALFORMED, 7L, Reason.WRONG_TYPE, 0L),
        12,
        158_016_000,
        compute,
        compute.multipliedBy(3).dividedBy(4));
  }

  @Test
  void jsonHasAllFieldsInOneOrder() {
    RunReport report =
        report(Outcome.COMPLETE, counts(Duration.ofSeconds(800)), Duration.ofMillis(100_500));
    assertThat(report.toJson())
        .isEqualTo(
            """
            {
              "complete" : true,
              "job" : "embed",
              "heedVersion" : "0.1.0",
              "startedAt" : "2026-01-02T03:04:05Z",
              "rowsIn" : 1234567,
              "rowsOut" : 1234500,
              "rowsRejected" : 67,
              "rejectedByReason" : {
                "malformed" : 7,
                "null_text" : 60
              },
              "rowsTruncated" : 12,
              "tokens" : 158016000,
              "wallSeconds" : 100.5,
              "computeSeconds" : 800.0,
              "computeCpuSeconds" : 600.0,
              "tokensPerSecond" : 1572298.5,
              "tokensPerComputeSecond" : 197520.0,
              "tokensPerComputeCpuSecond" : 263360.0,
              "model" : {
                "path" : "/models/minilm",
                "hash" : "0123456789abcdef0123",
                "architecture" : "bert",
                "tokenizerHash" : "feed"
              },
              "kernel" : {
                "name" : "simd",
                "reason" : "8 lanes of 256 bits"
              },
              "options" : {
                "input" : {
                  "value" : "a \\"b\\"",
                  "origin" : "argument"
                },
                "batch-tokens" : {
                  "value" : null,
                  "origin" : "default"
                }
              }
            }
            """);
  }

  @Test
  void ratesOfNoTimeAreNull() throws Exception {
    RunCounts none = new RunCounts(0, 0, Map.of(), 0, 0, Duration.ZERO, Duration.ZERO);
    String json = report(Outcome.TOO_MANY_REJECTED, none, Duration.ZERO).toJson();
    var tree =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readTree(json);
    assertThat(tree.get("complete").booleanValue()).isFalse();
    assertThat(tree.get("tokensPerSecond").isNull()).isTrue();
    assertThat(tree.get("tokensPerComputeSecond").isNull()).isTrue();
    assertThat(tree.get("tokensPerComputeCpuSecond").isNull()).isTrue();
  }

  @Test
  void textIsAligned() {
    RunReport report =
        report(Outcome.COMPLETE, counts(Duration.ofSeconds(800)), Duration.ofMillis(59_960));
    assertThat(report.toText())
        .isEqualTo(
            """
            embed: complete
            rows in           1,234,567
            rows out          1,234,500
            rows rejected            67       null_text 60, malformed 7
            rows truncated           12
            tokens          158,016,000
            wall time              59.9 s     2,635,357 tokens/s
            compute time          13:20 min   197,520 tokens/s per task
            CPU time              10:00 min   263,360 tokens/s per core
            model           /models/minilm, bert, 0123456789ab
            kernel          simd (8 lanes of 256 bits)
            """);
  }

  @Test
  void textSaysWhenOtherWorkHadTheCores() {
    RunCounts counts =
        new RunCounts(
            900, 900, Map.of(), 0, 12_345, Duration.ofSeconds(44), Duration.ofMillis(1_842));
    assertThat(report(Outcome.COMPLETE, counts, Duration.ofSeconds(50)).toText())
        .contains("compute time      44.0 s   281 tokens/s per task\n")
        .contains(
            "CPU time           1.8 s   6,702 tokens/s per core, tasks had a core for 4% of the"
                + " compute time\n");
  }

  @Test
  void textTellsWhatIsLittleAsMoreThanNothing() {
    RunCounts counts =
        new RunCounts(1, 1, Map.of(), 0, 4, Duration.ofMillis(34), Duration.ofMillis(31));
    assertThat(report(Outcome.COMPLETE, counts, Duration.ofSeconds(13)).toText())
        .contains("wall time       13.0 s    0.31 tokens/s\n")
        .contains("compute time      34 ms   118 tokens/s per task\n");
  }

  @Test
  void textSaysWhatWasNotPublished() {
    RunCounts counts =
        new RunCounts(
            3, 1, Map.of(Reason.NULL_TEXT, 2L), 0, 5, Duration.ofMillis(20), Duration.ZERO);
    assertThat(report(Outcome.TOO_MANY_REJECTED, counts, Duration.ofHours(2)).toText())
        .startsWith("embed: not published, too many rows rejected (66.6%)\n")
        .contains("2:00:00 h ");
  }

  @Test
  void everyRowIsAccountedFor() {
    assertThatThrownBy(
            () ->
                new RunCounts(
                    10, 8, Map.of(Reason.NULL_TEXT, 1L), 0, 0, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows in 10 are not rows out 8 and rows rejected 1");
    assertThatThrownBy(() -> new RunCounts(1, 1, Map.of(), 2, 0, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows truncated 2 are more than rows out 1");
  }
}
