package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.job.JobHarness.Ended;
import java.nio.file.Path;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs whose columns are known and that have no rows give outputs that have none. */
class EmbedJobNoRowsTest {
  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
  }

  private void assertNoRows(String idType, Path input, String... options) {
    Ended ended = job.run(input, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err()).contains("heed: warning: the input has no rows, and so has the output");
    StructType schema = job.table().schema();
    assertThat(schema.fieldNames()).containsExactly("id", "embedding", "token_count", "truncated");
    assertThat(schema.apply("id").dataType().catalogString()).isEqualTo(idType);
    assertThat(job.table().count()).isZero();
    assertThat(job.rejected()).isEmpty();
    assertThat(job.report().required("rowsIn").longValue()).isZero();
    assertThat(job.report().required("complete").booleanValue()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"none.jsonl, 0", "blank.jsonl, 2", "part/none.jsonl, 0"})
  void jsonLinesThatAreDeclared(String name, int lines) {
    Path file = job.write(name, " \n".repeat(lines));
    Path input = name.startsWith("part") ? file.getParent() : file;
    assertNoRows("bigint", input, "--input-schema", "id BIGINT, text STRING");
  }

  @Test
  void aHeaderOfCsv() {
    assertNoRows("string", job.write("header.csv", "id,text\n"));
  }

  @Test
  void text() {
    assertNoRows("string", job.write("none.txt", ""));
  }

  @Test
  void parquet() {
    Path input = job.path("none.parquet");
    LocalSpark.twoCores()
        .sql("SELECT 1L AS id, 'x' AS text WHERE false")
        .write()
        .parquet(input.toString());
    assertNoRows("bigint", input);
  }
}
