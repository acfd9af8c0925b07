package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.LocalSpark;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegressJobTest extends JobSuite {
  RegressJobTest() {
    super(RegressJob::new);
  }

  private List<Row> rejected(String name) {
    String path = heed(name).toString();
    return LocalSpark.twoCores().read().parquet(path).orderBy("source", "position").collectAsList();
  }

  private void assertFailed(Ended ended, ExitCode exit, String message) {
    EmbedSandbox.assertTold(ended, exit, message);
    assertThat(output).doesNotExist();
  }

  @Test
  void the_worked_example_runs_without_arguments() throws IOException {
    Ended ended = runSample("target/sample-regression");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows()).hasSize(50);
    assertThat(report().required("fitted").required("steps")).hasSizeGreaterThan(50);
    assertThat(report().required("fitted").required("width").doubleValue())
        .isCloseTo(4.62, within(0.01));
    assertThat(report().required("fitted").required("rows").intValue()).isEqualTo(50);
    assertThat(report().required("training").required("rowsIn").intValue()).isEqualTo(50);
    assertThat(ended.out()).startsWith("regress: complete\n").contains("\nfit ");
    Path plots = output.resolve("_heed/plots");
    assertThat(EmbedSandbox.namesIn(plots))
        .containsExactly("loss.png", "predictions.png", "weights-gaussian.png", "weights.png");
    for (String name : EmbedSandbox.namesIn(plots)) {
      assertThat(ImageIO.read(plots.resolve(name).toFile()).getWidth()).isGreaterThan(400);
    }
  }

  @Test
  void training_rows_are_predicted_where_there_are_no_queries() throws IOException {
    Path input = write("in.csv", "id,a,b,label,note\n1,0,0,5,x\n2,0,100,6,y\n3,100,0,7,z\n");
    Ended ended =
        run(input, "--features", "a,b", "--weighting", "gaussian", "--keep-columns", "note");
    assertDone(ended);
    assertThat(rows()).extracting(row -> row.getDouble(2)).containsExactly(5.0, 6.0, 7.0);
    assertThat(rows()).extracting(row -> row.getString(1)).containsExactly("x", "y", "z");
    assertThat(report().required("fitted").required("width").doubleValue()).isEqualTo(1);
    assertThat(report().required("options").has("optimizer")).isFalse();
    assertThat(EmbedSandbox.namesIn(output.resolve("_heed")))
        .containsExactly("plots", "rejected", "report.json");
  }

  @ParameterizedTest
  @CsvSource({"average", "gaussian", "learned"})
  void every_weighting_from_json_and_vectors_of_parquet(String weighting) throws IOException {
    StringBuilder lines = new StringBuilder();
    List<Row> vectors = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double label = Math.sin(i / 6.0);
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"id\": %d, \"f\": [%s, %d], \"label\": %s}\n",
              i,
              i / 4.0,
              i % 2,
              label));
      vectors.add(RowFactory.create((long) i, Vectors.dense(i / 4.0, i % 2), label));
    }
    assertDone(
        run(write("in.jsonl", lines.toString()), "--features", "f", "--weighting", weighting));
    List<Row> fromJson = rows();
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("f", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    String parquet = directory.resolve("in.parquet").toString();
    LocalSpark.twoCores().createDataFrame(vectors, schema).repartition(3).write().parquet(parquet);
    assertDone(run(parquet, "--features", "f", "--weighting", weighting, "--overwrite"));
    assertThat(rows()).isEqualTo(fromJson).hasSize(40);
    double mean =
        IntStream.range(0, 40).mapToDouble(i -> Math.sin(i / 6.0)).average().orElseThrow();
    double first = fromJson.get(0).getDouble(1);
    assertThat(first)
        .satisfies(
            value -> {
              if (weighting.equals("average")) {
                assertThat(value).isCloseTo(mean, within(1e-14));
              } else {
                assertThat(Math.abs(value - mean)).isGreaterThan(1e-3);
              }
            });
  }

  @Test
  void rows_that_cannot_be_used_are_rejected_with_the_reason() throws IOException {
    Path input =
        write(
            "in.jsonl",
            """
            {"id": 1, "f": [0, 1], "label": 1}
            {"id": 2, "f": [0, 2], "label": 2}
            {"id": 3, "f": null, "label": 3}
            {"id": 4, "f": [0, 1], "label": null}
            {"id": 5, "f": [0, 1, 2], "label": 5}
            {"id": 6, "f": [0, "x"], "label": 6}
            {"id": 7, "f": [], "label": 7}
            {"id": 8, "f": [0, 1], "label": "much"}
            {"id": 9, "f": [0, 1]}
            """);
    assertDone(run(input, "--features", "f", "--max-rejected-fraction", "0.9"));
    assertThat(rows()).extracting(row -> row.getLong(0)).containsExactly(1L, 2L);
    assertThat(rejected("rejected"))
        .extracting(row -> row.getLong(0) + " " + row.getString(1) + ": " + row.getString(2))
        .containsExactly(
            "3 null_features: column f is null",
            "4 null_label: column label is null",
            "5 wrong_size: the row has 3 features, not 2",
            "6 wrong_type: column f: element 1, \"x\", is not a finite number",
            "7 wrong_size: column f has 0 numbers",
            "8 wrong_type: column label: \"much\" is not of type double",
            "9 missing_column: the row has no column label");
    assertThat(report().required("rowsIn").intValue()).isEqualTo(9);
  }

  @Test
  void numbers_of_parquet_that_are_not_finite_are_rejected() {
    String parquet = directory.resolve("in.parquet").toString();
    LocalSpark.twoCores()
        .sql(
            "SELECT * FROM VALUES (1, 1D, 1D), (2, double('NaN'), 1D), (3, 2D, double('Infinity')),"
                + " (4, 3D, 4D) AS t(id, x, label)")
        .coalesce(1)
        .write()
        .parquet(parquet);
    assertDone(run(parquet, "--features", "x", "--max-rejected-fraction", "0.5"));
    assertThat(rejected("rejected"))
        .extracting(row -> row.getInt(0) + " " + row.getString(1) + ": " + row.getString(2))
        .containsExactly(
            "2 non_finite: column x holds NaN", "3 non_finite: column label is Infinity");
  }

  @Test
  void the_average_is_of_all_rows_however_far_apart() throws IOException {
    Path input = write("in.csv", "id,x,label\n1,1e308,1\n2,-1e308,2\n3,0,3\n");
    assertDone(run(input, "--features", "x", "--weighting", "average"));
    assertThat(rows()).extracting(row -> row.getDouble(1)).containsExactly(2.0, 2.0, 2.0);
    assertDone(run(input, "--features", "x", "--weighting", "gaussian", "--overwrite"));
    assertThat(rows()).extracting(row -> row.getDouble(1)).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void a_row_too_far_to_weigh_anything_does_not_add_its_label() throws IOException {
    Path input = write("in.csv", "id,x,label\n1,0,0\n2,1000000,1e200\n");
    Path queries = write("queries.csv", "id,x\n1,0\n2,999999\n");
    String[] gaussian = {"--weighting", "gaussian", "--width", "1"};
    assertDone(
        run(
            input,
            Stream.of(
                    List.of("--features", "x", "--queries", queries.toString()), List.of(gaussian))
                .flatMap(List::stream)
                .toArray(String[]::new)));
    assertThat(rows()).extracting(row -> row.getDouble(1)).containsExactly(0.0, 1e200);
  }

  @Test
  void rows_of_vectors_that_are_rejected_are_kept_as_they_were() {
    List<Row> vectors =
        List.of(
            RowFactory.create(1, Vectors.dense(0, 1), 1.0),
            RowFactory.create(2, Vectors.sparse(2, new int[] {0}, new double[] {3}), 2.0),
            RowFactory.create(3, Vectors.dense(1, 2, 3), 3.0),
            RowFactory.create(4, Vectors.sparse(1 << 30, new int[0], new double[0]), 4.0));
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("f", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    String parquet = directory.resolve("in.parquet").toString();
    LocalSpark.twoCores().createDataFrame(vectors, schema).coalesce(1).write().parquet(parquet);
    String[] gaussian = {"--weighting", "gaussian", "--width", "50"};
    assertDone(
        run(
            parquet,
            Stream.of(
                    List.of("--features", "f", "--max-rejected-fraction", "0.5"),
                    List.of("--keep-columns", "f"),
                    List.of(gaussian))
                .flatMap(List::stream)
                .toArray(String[]::new)));
    assertThat(rows()).extracting(row -> row.getDouble(2)).containsExactly(1.0, 2.0);
    assertThat(rows()).extracting(row -> row.get(1)).contains(Vectors.dense(0, 1));
    assertThat(rejected("rejected"))
        .extracting(row -> row.getInt(0) + " " + row.getString(1) + ": " + row.getString(2))
        .containsExactly(
            "3 wrong_size: the row has 3 features, not 2",
            "4 wrong_type: column f: a vector of 1073741824 values is longer than the 16777216 that"
                + " are read");
  }

  @Test
  void rejected_training_rows_stand_beside_those_of_the_queries() throws IOException {
    Path input = write("in.csv", "id,x,label\na,1,1\nb,much,2\nc,3,3\nd,4,\n");
    Path queries = write("queries.csv", "id,x\n1,1\n2,\n3,3\n");
    assertDone(
        run(
            input,
            "--queries",
            queries.toString(),
            "--features",
            "x",
            "--max-rejected-fraction",
            "0.5",
            "--weighting",
            "gaussian",
            "--width",
            "90"));
    assertThat(rows()).extracting(row -> row.getDouble(1)).containsExactly(1.0, 3.0);
    assertThat(rejected("rejected"))
        .extracting(row -> row.getString(1))
        .containsExactly("null_features");
    assertThat(rejected("rejected-training"))
        .extracting(row -> row.getString(0) + " " + row.getString(1))
        .containsExactly("b wrong_type", "d null_label");
    assertThat(report().required("training").required("rowsRejected").intValue()).isEqualTo(2);
    assertThat(report().required("rowsIn").intValue()).isEqualTo(3);
  }

  @Test
  void too_many_rejected_training_rows_end_the_job_before_it_fits() throws IOException {
    Path input = write("in.csv", "id,x,label\na,1,1\nb,much,2\n");
    Path queries = write("queries.csv", "id,x\n1,1\n");
    Ended ended = run(input, "--queries", queries.toString(), "--features", "x");
    EmbedSandbox.assertTold(
        ended,
        ExitCode.TOO_MANY_REJECTED,
        "1 of 2 rows were rejected, more than --max-rejected-fraction 0.1 allows; they are in"
            + " file:%s/_heed/rejected".formatted(output.toRealPath()));
    assertThat(rejected("rejected")).extracting(row -> row.getString(0)).containsExactly("b");
    assertThat(report().required("complete").booleanValue()).isFalse();
    assertThat(output.resolve("_SUCCESS")).doesNotExist();
  }

  @Test
  void a_table_without_a_row_to_learn_from_tells_why() throws IOException {
    Path input = write("in.jsonl", "{\"id\": 1, \"f\": [1, 2], \"g\": 3, \"label\": 1}\n");
    Ended ended = run(input, "--features", "f,g");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
    assertThat(rejected("rejected"))
        .extracting(row -> row.getString(2))
        .containsExactly("column f has 2 numbers");
  }

  @Test
  void a_query_that_is_rejected_is_not_drawn() throws IOException {
    Path input = write("in.csv", "id,x,label\n1,0,1\n2,1,2\n3,2,0\n");
    Path far = write("far.csv", "id,x\n1,0.5\n2,1.5\n3,-1e200\n");
    Path near = write("near.csv", "id,x\n1,0.5\n2,1.5\n");
    String[] options = {"--features", "x", "--weighting", "gaussian", "--max-rejected-fraction=1"};
    byte[][] pictures = new byte[2][];
    for (Path queries : List.of(far, near)) {
      List<String> all = new ArrayList<>(List.of(options));
      all.addAll(List.of("--overwrite", "--queries", queries.toString()));
      assertDone(run(input, all.toArray(String[]::new)));
      pictures[queries == far ? 0 : 1] =
          Files.readAllBytes(output.resolve("_heed/plots/predictions.png"));
    }
    assertThat(pictures[0]).isEqualTo(pictures[1]);
  }

  @Test
  void the_output_is_the_same_whatever_the_partitions() throws IOException {
    StringBuilder lines = new StringBuilder("id,x,label\n");
    for (int i = 0; i < 2000; i++) {
      lines.append(
          String.format(Locale.ROOT, "%d,%s,%s\n", i, i * 7919 % 2003 / 100.0, Math.sin(i)));
    }
    Path input = write("in.csv", lines.toString());
    String[] options = {"--features", "x", "--optimizer", "sgd", "--step-size", "1e-4"};
    assertDone(run(input, options));
    List<Row> expected = rows();
    List<String> parted = new ArrayList<>(List.of(options));
    parted.addAll(List.of("--overwrite", "--partitions", "7"));
    assertDone(run(input, parted.toArray(String[]::new)));
    assertThat(rows()).isEqualTo(expected).hasSize(2000);
  }

  @Test
  void a_descent_that_overshoots_is_told() throws IOException {
    Path input = write("in.csv", "id,x,label\n1,0,1\n2,1,3\n3,2,0\n4,3,4\n5,4,1\n");
    Ended ended =
        run(input, "--features", "x", "--optimizer", "sgd", "--step-size", "9", "--width", "1");
    assertDone(ended);
    assertThat(ended.err()).contains("heed: warning: the descent overshot");
    assertThat(report().required("fitted").required("warnings")).isNotEmpty();
    assertThat(ended.out()).contains("; warning: the descent overshot");
  }

  @Test
  void arguments_that_do_not_fit_are_refused() throws IOException {
    Path input = write("in.csv", "id,x,label\n1,0,1\n2,,1\n");
    assertFailed(run(input), ExitCode.BAD_ARGUMENTS_OR_INPUT, "--features is required");
    assertFailed(
        run(input, "--features", "x,label"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "label is the label, and cannot be one of --features");
    assertFailed(
        run(input, "--features", "x", "--width", "2"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--width goes with weighting gaussian or with optimizer sgd");
    assertFailed(
        run(input, "--features", "x", "--epochs", "9"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--epochs goes with optimizer sgd");
    assertFailed(
        run(input, "--features", "x", "--weighting", "average", "--optimizer", "sgd"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--optimizer goes with weighting learned");
    assertFailed(
        run(input, "--features", "x", "--truth", "t"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--truth is a column of --queries, which is not given");
    assertFailed(
        run(input, "--features", "x", "--step-size", "0"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--step-size: '0' is not a number above 0");
    assertFailed(
        run(input, "--features", "z"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "there is no column z: the header of file:%s has id, x, label"
            .formatted(input.toRealPath()));
    assertFailed(
        run(input, "--features", "x"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "a width is learned from 2 training rows or more, and there is 1");
  }
}
