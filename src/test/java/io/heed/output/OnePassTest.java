package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.FileNames;
import io.heed.LocalSpark;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results, rejected rows and counts of one pass, while task attempts fail at planned places. */
class OnePassTest {
  private static final int ROWS = 800;
  private static final int PARTITIONS = 8;
  private static final int BATCH = 16;

  private static SparkSession spark;

  @TempDir Path temporary;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.anew("local[2,3]");
    spark.sparkContext().setLogLevel("OFF");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** Every tenth row is rejected; some attempts fail amid their rows, some after the last. */
  private static final class Job implements MapPartitionsFunction<Long, Long> {
    private static final long serialVersionUID = 1;

    private final RunCounters counters;
    private final RejectedTable table;
    private final String side;
    private final SerializableConfiguration configuration;
    private final long rowMillis;

    Job(Publication publication, RunCounters counters, long rowMillis) {
      this.counters = counters;
      this.table = RejectedTable.forIds(DataTypes.LongType, Provenance.NONE);
      this.side = publication.rejectedSide().toString();
      this.configuration = new SerializableConfiguration(new Configuration());
      this.rowMillis = rowMillis;
    }

    @Override
    public Iterator<Long> call(Iterator<Long> rows) {
      TaskContext task = TaskContext.get();
      TaskCounters counts = counters.newTask();
      RejectedRowsWriter rejected =
          table.newWriter(
              configuration.value(),
              new org.apache.hadoop.fs.Path(side),
              task.partitionId(),
              task.taskAttemptId());
      task.addTaskCompletionListener((TaskCompletionListener) context -> rejected.close());
      return new Iterator<>() {
        private Long next;
        private int read;
        private boolean ended;

        @Override
        public boolean hasNext() {
          try {
            while (next == null && rows.hasNext()) {
              advance(rows.next());
            }
            if (next == null && !ended) {
              ended = true;
              counts.flush();
              rejected.finish().ifPresent(counters::addRejectedFile);
              failIf(task.partitionId() == 1 && task.attemptNumber() < 1);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return next != null;
        }

        private void advance(long id) throws IOException {
          read++;
          pause();
          counts.rowIn();
          counts.addInputUnits(1);
          failIf(read == 50 && task.partitionId() == 0 && task.attemptNumber() < 2);
          if (id % 10 == 0) {
            Reason reason = id % 20 == 0 ? Reason.NULL_TEXT : Reason.MALFORMED;
            counts.rowRejected(reason);
            rejected.write(
                new RejectedRow(
                    id, new Rejection(reason, "planned"), "range", id, "{\"id\":" + id + "}"));
          } else {
            counts.rowOut(3);
            next = id;
          }
          if (read % BATCH == 0) {
            counts.flush();
          }
        }

        private void pause() {
          if (rowMillis > 0) {
            try {
              Thread.sleep(rowMillis);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        }

        @Override
        public Long next() {
          hasNext();
          Long result = next;
          next = null;
          return result;
        }
      };
    }

    private static void failIf(boolean planned) {
      if (planned) {
        throw new IllegalStateException("planned failure");
      }
    }
  }

  private static void write(Publication publication, RunCounters counters, long rowMillis) {
    Dataset<Long> ids =
        spark
            .range(0, ROWS, 1, PARTITIONS)
            .mapPartitions(new Job(publication, counters, rowMillis), Encoders.LONG());
    ids.write().parquet(publication.data().toString());
  }

  @Test
  void everyRowIsPublishedOnceAlthoughAttemptsFail() {
    RejectedTable table = RejectedTable.forIds(DataTypes.LongType, Provenance.NONE);
    RunCounters counters = RunCounters.register(spark.sparkContext());
    FileNames.assumeWritable("größe 日本");
    String output = temporary.resolve("größe 日本").toString();
    int sideFiles;
    try (Publication publication =
        Publication.begin(new Configuration(), output, OverwritePolicy.REFUSE, List.of())) {
      write(publication, counters, 0);
      sideFiles = LocalPaths.of(publication.rejectedSide()).toFile().list().length;
      publication.publish(table, counters.rejectedFiles(), "{\"complete\": true}");
    }

    RunCounts counts = counters.counts();
    assertThat(counts.rowsIn()).isEqualTo(ROWS);
    assertThat(counts.rowsOut()).isEqualTo(ROWS * 9 / 10);
    assertThat(counts.rejectedByReason())
        .containsOnlyKeys(Reason.NULL_TEXT, Reason.MALFORMED)
        .containsEntry(Reason.NULL_TEXT, ROWS / 20L)
        .containsEntry(Reason.MALFORMED, ROWS / 20L);
    assertThat(counts.tokens()).isEqualTo(3L * counts.rowsOut());

    Dataset<Row> rejected = spark.read().parquet(output + "/_heed/rejected");
    assertThat(rejected.schema()).isEqualTo(table.schema());
    assertThat(rejected.orderBy("id").select("id").as(Encoders.LONG()).collectAsList())
        .containsExactlyElementsOf(spark.range(0, ROWS, 10).as(Encoders.LONG()).collectAsList());
    assertThat(spark.read().parquet(output).count()).isEqualTo(counts.rowsOut());
    assertThat(Path.of(output).toFile().list())
        .contains("_SUCCESS", "_heed")
        .doesNotContain("._SUCCESS.crc", "_temporary");
    // A failed attempt had finished its file: it was there, and was not published.
    assertThat(counters.rejectedFiles()).hasSize(PARTITIONS);
    assertThat(sideFiles).isEqualTo(2 * (PARTITIONS + 1));
  }

  @Test
  void anOutputWithoutRowsHasItsColumns() {
    String output = temporary.resolve("none").toString();
    try (Publication publication =
        Publication.begin(new Configuration(), output, OverwritePolicy.REFUSE, List.of())) {
      spark.range(0).write().parquet(publication.data().toString());
      publication.publish(
          RejectedTable.forIds(DataTypes.StringType, Provenance.NONE), List.of(), "{}");
    }
    assertThat(spark.read().parquet(output).schema().fieldNames()).containsExactly("id");
    Dataset<Row> rejected = spark.read().parquet(output + "/_heed/rejected");
    assertThat(rejected.schema())
        .isEqualTo(RejectedTable.forIds(DataTypes.StringType, Provenance.NONE).schema());
    assertThat(rejected.count()).isZero();
  }

  @Test
  void progressCountsNoRowTwiceAndReachesTheEnd() throws Exception {
    RunCounters counters = RunCounters.register(spark.sparkContext());
    ProgressState state = new ProgressState();
    ProgressListener listener = new ProgressListener(state, counters);
    spark.sparkContext().addSparkListener(listener);
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    try (Progress progress =
            Progress.show(
                spark.sparkContext(),
                counters,
                new Workload(ROWS, Workload.Unit.ROWS),
                new PrintStream(shown, true, StandardCharsets.UTF_8),
                ProgressDisplay.Display.LOG,
                new ProgressDisplay.Pace(Duration.ofMillis(50), Duration.ofMillis(50)));
        Publication publication =
            Publication.begin(
                new Configuration(),
                temporary.resolve("slow").toString(),
                OverwritePolicy.REFUSE,
                List.of())) {
      write(publication, counters, 3);
      spark.sparkContext().listenerBus().waitUntilEmpty();
      assertThat(progress).isNotNull();
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
    assertThat(state.work()).isEqualTo(new ProgressState.Work(ROWS, 3 * ROWS * 9 / 10, ROWS));
    List<Long> rows =
        shown.toString(StandardCharsets.UTF_8).lines().map(OnePassTest::rowsShown).toList();
    assertThat(rows).allMatch(count -> count <= ROWS);
    // More than whole partitions of 100 rows: running tasks count as well.
    assertThat(rows).anyMatch(count -> count % (ROWS / PARTITIONS) != 0);
  }

  private static long rowsShown(String line) {
    String rows = line.replaceFirst("^\\d+% of 800 rows, ", "").replaceFirst(" rows.*", "");
    return Long.parseLong(rows.replace(",", ""));
  }
}
