package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over CSV in which a quote is left open. */
class OpenQuoteJobsTest {
  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
    LocalSpark.twoCores();
  }

  /** A hundred rows, two of which hold something else. */
  private Path texts(String twentieth, String eightieth) {
    StringBuilder table = new StringBuilder("id,text\n");
    for (int i = 1; i <= 100; i++) {
      String row =
          i == 20 ? twentieth : i == 80 ? eightieth : String.format(Locale.ROOT, "%d,row", i);
      table.append(row).append('\n');
    }
    return job.write("in.csv", table.toString());
  }

  @Test
  void a_file_that_ends_inside_quotes_ends_the_job() {
    Path open = texts("20,\"great product", "80,fine");
    job.assertFailed(
        job.run(open),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "cannot read file:%s: the quote that opens a cell at line 21 (byte 135) is not closed before"
                .formatted(open)
            + " the end of the file");
  }

  @Test
  void every_line_that_another_quote_ends_counts() {
    for (String eightieth : new String[] {"80,\"again", "80,27\"", "80,27\",x"}) {
      Ended ended = job.run(texts("20,\"great product", eightieth));
      assertThat(ended.exit()).as(eightieth).isEqualTo(ExitCode.TOO_MANY_REJECTED);
      assertThat(ended.err()).contains("61 of 100 rows were rejected");
      assertThat(job.rejected()).extracting(row -> row.<String>getAs("row")).contains("21,row");
    }
    for (Row row :
        job.rowsOf(
            texts("20,\"great product", "80,27\""),
            "--quoted-rows",
            "keep",
            "--keep-columns",
            "text")) {
      boolean isKept = row.<String>getAs("id").equals("20");
      assertThat(row.<String>getAs("text").contains("\n21,row\n")).isEqualTo(isKept);
    }
  }

  @Test
  void training_rows_and_queries_are_read_by_the_same_rule() {
    Path good = job.write("good.csv", "id,x,y\n1,1,2\n2,2,3\n3,3,4\n");
    Path open = job.write("open.csv", "id,x,y\n1,1,2\n2,\"2,3\n3,3,4\n");
    Path swallowing = job.write("swallowing.csv", "id,x,y\n1,1,2\n2,\"2,3\n3,3\",4\n4,5,6\n");
    for (Path[] tables : new Path[][] {{open, good}, {good, open}}) {
      Ended ended = regress(tables[0], tables[1], "0.9");
      assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
      assertThat(ended.err())
          .contains(
              "heed: cannot read file:%s: the quote that opens a cell at line 3 (byte 15) is not"
                      .formatted(open)
                  + " closed before the end of the file");
    }
    for (Path[] tables : new Path[][] {{swallowing, good}, {good, swallowing}}) {
      Ended ended = regress(tables[0], tables[1], "0.4");
      assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
      assertThat(ended.err()).contains("2 of 4 rows were rejected");
    }
  }

  private Ended regress(Path training, Path queries, String maxRejected) {
    return JobHarness.run(
        new RegressJob(),
        "--input",
        training.toString(),
        "--queries",
        queries.toString(),
        "--features",
        "x",
        "--label",
        "y",
        "--max-rejected-fraction",
        maxRejected,
        "--overwrite",
        "true",
        "--output",
        job.output().toString());
  }
}
