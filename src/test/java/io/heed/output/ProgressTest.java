package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import java.io.PrintStream;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final ProgressDisplay.Pace NEVER =
      new ProgressDisplay.Pace(Duration.ofHours(1), Duration.ofHours(1));

  private final PrintStream err = System.err;
  private final Screen screen = new Screen();
  private SparkSession spark;

  @BeforeEach
  void startSpark() {
    spark = LocalSpark.anew("local[1]");
    System.setErr(screen.stream());
  }

  @AfterEach
  void stopSpark() {
    System.setErr(err);
    spark.stop();
  }

  private Progress show(ProgressDisplay.Display display) {
    RunCounters counters = RunCounters.register(spark.sparkContext());
    Workload workload = new Workload(100, Workload.Unit.ROWS);
    return Progress.show(spark.sparkContext(), counters, workload, System.err, display, NEVER);
  }

  @Test
  void whileItIsOnATerminalWhatOthersWriteOnStderrPassesAboveIt() {
    try (Progress progress = show(ProgressDisplay.Display.TERMINAL)) {
      assertThat(progress).isNotNull();
      assertThat(System.err).isNotSameAs(screen.stream());
      System.err.println("a word");
    }
    assertThat(System.err).isSameAs(screen.stream());
    assertThat(screen.lines()).containsExactly("a word", "");
  }

  @Test
  void elsewhereStderrStaysAsItIs() {
    for (ProgressDisplay.Display display :
        new ProgressDisplay.Display[] {ProgressDisplay.Display.LOG, ProgressDisplay.Display.NONE}) {
      try (Progress progress = show(display)) {
        assertThat(progress).isNotNull();
        assertThat(System.err).isSameAs(screen.stream());
      }
    }
  }
}
