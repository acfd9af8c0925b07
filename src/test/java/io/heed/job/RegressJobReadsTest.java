package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.regress.RegressJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How often the tables are read. Each is one file in one slice, and is opened once for every time
 * that its rows are read and once for every time that its columns are found: twice where it is
 * predicted, else once.
 */
class RegressJobReadsTest extends JobSuite {
  private static final List<String> FITTED = List.of("--weighting", "gaussian", "--width", "2");
  private static final List<String> LEARNED = List.of("--max-training-queries", "9");

  RegressJobReadsTest() {
    super(RegressJob::new);
  }

  @BeforeEach
  void count() {
    CountedStore.begin(LocalSpark.twoCores().sparkContext().hadoopConfiguration());
  }

  private Path table(int rows) throws IOException {
    return write(
        "in" + rows + ".csv",
        IntStream.range(0, rows)
            .mapToObj(i -> i + "," + i % 97 + "," + i % 7 + "," + i % 5)
            .collect(Collectors.joining("\n", "id,x,z,label\n", "\n")));
  }

  private Path arrays(String name, String... features) throws IOException {
    return write(
        name,
        IntStream.range(0, features.length)
            .mapToObj(i -> "{\"id\":%d,\"f\":%s,\"label\":%d}\n".formatted(i, features[i], i))
            .collect(Collectors.joining()));
  }

  private void regress(Path input, List<String> weighting, String... options) {
    List<String> all = new ArrayList<>(weighting);
    all.addAll(List.of(options));
    all.add("--overwrite");
    assertDone(run(CountedStore.path(input), all.toArray(String[]::new)));
  }

  @Test
  void a_table_that_is_predicted_is_read_for_the_fit_and_for_the_predictions() throws IOException {
    for (List<String> weighting : List.of(FITTED, LEARNED)) {
      count();
      Path input = table(1200);
      regress(input, weighting, "--features", "x");
      assertThat(CountedStore.opened(input)).isEqualTo(2 + 2);
      assertThat(heed("plots/predictions.png")).exists();
    }
  }

  @Test
  void a_table_that_is_fitted_to_is_read_once() throws IOException {
    for (List<String> weighting : List.of(FITTED, LEARNED)) {
      count();
      Path input = table(1200);
      Path queries = table(30);
      String path = CountedStore.path(queries);
      regress(input, weighting, "--features", "x", "--queries", path, "--truth", "label");
      assertThat(CountedStore.opened(input)).isEqualTo(1 + 1);
      assertThat(CountedStore.opened(queries)).as("with the pictures").isEqualTo(2 + 2);
      assertThat(heed("plots/predictions.png")).exists();
    }
  }

  @Test
  void queries_are_read_once_where_no_row_is_drawn() throws IOException {
    Path input = table(1200);
    Path queries = table(30);
    regress(input, FITTED, "--features", "x,z", "--queries", CountedStore.path(queries));
    assertThat(CountedStore.opened(input)).isEqualTo(1 + 1);
    assertThat(CountedStore.opened(queries)).isEqualTo(2 + 1);
    assertThat(heed("plots")).doesNotExist();
  }

  @Test
  void arrays_of_several_sizes_are_read_again_when_the_wrong_size_is_known() throws IOException {
    Path same = arrays("same.jsonl", "[1, 2]", "[2, 2]", "null", "[5, 6]");
    Path queries = arrays("queries.jsonl", "[1, 2]");
    String[] options = {
      "--features", "f", "--queries", CountedStore.path(queries), "--max-rejected-fraction", "1"
    };
    regress(same, FITTED, options);
    assertThat(CountedStore.opened(same)).isEqualTo(1 + 1);
    Path several = arrays("several.jsonl", "[1, 2]", "[2]", "[5, 6]");
    regress(several, FITTED, options);
    assertThat(CountedStore.opened(several)).isEqualTo(1 + 2);
  }
}
