package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
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

  /** A batch may be computed twice: what is shown of it is not what is reported. */
  @Test
  void rowsThatNoTaskCountsAreShownAndSetInTheEnd() throws Exception {
    SparkContext context = spark.sparkContext();
    RunCounters counters = RunCounters.register(context);
    ProgressState state = new ProgressState();
    context.addSparkListener(new ProgressListener(state, counters));
    JavaSparkContext.fromSparkContext(context)
        .parallelize(List.of(4, 5), 2)
        .foreach(rows -> counters.addPassed(rows));
    context.listenerBus().waitUntilEmpty();
    assertThat(state.work()).isEqualTo(new ProgressState.Work(9, 0, 9));
    counters.setWhole(7, 30, 2);
    RunCounts counts = counters.counts();
    assertThat(counts.rowsIn()).isEqualTo(7);
    assertThat(counts.rowsOut()).isEqualTo(7);
    assertThat(counts.tokens()).isEqualTo(30);
    assertThat(counts.rowsTruncated()).isEqualTo(2);
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
