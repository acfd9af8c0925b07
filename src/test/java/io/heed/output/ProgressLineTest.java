package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.output.ProgressState.Work;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private static ProgressLine line(long total, Workload.Unit unit) {
    return new ProgressLine(new Workload(total, unit), 0);
  }

  /** The line at a second, after one line for each second before it. */
  private static String at(ProgressLine line, long from, long second, LongUnaryOperator units) {
    String text = "";
    for (long now = from; now <= second; now++) {
      long done = units.applyAsLong(now);
      text = line.at(seconds(now), new Work(done / 10, done, done));
    }
    return text;
  }

  @Test
  void beforeTheFirstCountThereIsNoSpeed() {
    ProgressLine line = line(1000, Workload.Unit.BYTES);
    assertThat(line.at(seconds(1), Work.NONE)).isEqualTo("0% of 1.00 kB, 0 rows");
  }

  @Test
  void jobsWithoutTokensTellNone() {
    ProgressLine line = line(1000, Workload.Unit.ROWS);
    assertThat(line.at(seconds(1), new Work(10, 0, 10))).isEqualTo("1% of 1,000 rows, 10 rows");
  }

  @Test
  void tellsSpeedAndTimeLeft() {
    ProgressLine line = line(2_100_000_000L, Workload.Unit.BYTES);
    String text = "";
    for (int step = 1; step <= 5; step++) {
      Work work = new Work(2_469 * step, 316_032 * step, 4_200_000 * step);
      text = line.at(seconds(2 * step), work);
    }
    assertThat(text)
        .isEqualTo("1% of 2.10 GB, 12,345 rows, 1.58 M tokens, 158 k tokens/s, 16:30 left");
  }

  @Test
  void nothingIsToldOfAFirstBatch() {
    ProgressLine line = line(1_000_000, Workload.Unit.BYTES);
    assertThat(line.at(seconds(11), new Work(2, 0, 50))).isEqualTo("0% of 1.00 MB, 2 rows");
    assertThat(line.at(seconds(12), new Work(9, 99, 400))).doesNotContain("left");
    assertThat(line.at(seconds(30), new Work(9, 99, 400))).doesNotContain("left");
  }

  @Test
  void loadingTheModelIsNotTakenForWork() {
    ProgressLine line = line(10_000, Workload.Unit.ROWS);
    assertThat(at(line, 1, 40, second -> 0)).isEqualTo("0% of 10,000 rows, 0 rows");
    assertThat(at(line, 41, 49, second -> 100 * (second - 40))).doesNotContain("left");
    assertThat(at(line, 50, 50, second -> 100 * (second - 40)))
        .isEqualTo("10% of 10,000 rows, 100 rows, 1.00 k tokens, 100 tokens/s, 1:30 left");
  }

  @Test
  void aSpeedThatStillGrowsIsNotBelieved() {
    ProgressLine line = line(1_000_000, Workload.Unit.ROWS);
    for (long second = 1; second < 60; second++) {
      assertThat(at(line, second, second, now -> now * now * now)).doesNotContain("left");
    }
    String later = at(line, 60, 200, now -> 216_000 + 1000 * (now - 60));
    assertThat(later).contains(", 1.00 k tokens/s, 10:44 left");
  }

  @Test
  void aTimeThatIsToldIsTakenBackWhenTheSpeedIsGone() {
    ProgressLine line = line(10_000, Workload.Unit.ROWS);
    assertThat(at(line, 1, 50, now -> 150 * now)).endsWith(", 0:17 left");
    assertThat(at(line, 51, 60, now -> 7_500)).endsWith(" left");
    assertThat(at(line, 61, 100, now -> 7_500)).doesNotContain("left");
  }

  @Test
  void nothingIsLeftOfInputThatIsRead() {
    ProgressLine line = line(5_000, Workload.Unit.ROWS);
    assertThat(at(line, 1, 49, now -> 100 * now)).endsWith(", 0:01 left");
    assertThat(at(line, 50, 55, now -> 5_000)).startsWith("100% of ").doesNotContain("left");
  }

  @Test
  void anUnknownTotalGivesNoShare() {
    ProgressLine line = line(0, Workload.Unit.BYTES);
    assertThat(line.at(seconds(2), new Work(10, 100, 1000)))
        .isEqualTo("10 rows, 100 tokens, 50 tokens/s");
    assertThat(line.at(seconds(4), new Work(20, 200, 2000)))
        .isEqualTo("20 rows, 200 tokens, 50 tokens/s");
  }

  @Test
  void neverMoreThanEverything() {
    ProgressLine line = line(100, Workload.Unit.BYTES);
    assertThat(line.at(seconds(1), new Work(10, 100, 130))).startsWith("100% of 100 B, 10 rows");
  }
}
