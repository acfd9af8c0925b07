package io.heed.job;

import static io.heed.job.EmbedSandbox.assertTold;
import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.job.JobHarness.Ended;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.util.VersionInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input and outputs end the job with their code, one line, and nothing left behind. */
class EmbedJobErrorsTest {
  private static final String ROW = "{\"id\": 1, \"text\": \"x\", \"tokens\": [2, 3]}\n";

  @TempDir Path directory;
  private EmbedSandbox job;
  private Path input;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
    input = job.write("in.jsonl", ROW);
  }

  private void assertBadInput(Object path, String message, String... options) {
    Ended ended = job.run(path, options);
    job.assertFailed(ended, ExitCode.BAD_ARGUMENTS_OR_INPUT, message);
  }

  private void assertBadOutput(String message, String... options) {
    assertTold(job.run(input, options), ExitCode.BAD_OUTPUT, message);
  }

  @Test
  void inputWithoutRows() throws IOException {
    Path absent = job.path("absent.jsonl");
    assertBadInput(absent, "input %s does not exist".formatted(absent));
    assertBadInput(absent + "*", "input %s* matches nothing".formatted(absent));
    Path empty = Files.createDirectory(job.path("empty"));
    assertBadInput(empty, "input %s holds no file".formatted(empty));
    assertBadInput(
        job.write("none.jsonl", ""),
        "there is no column text: the input has no line, and --input-schema does not name it");
    Path csv = job.write("none.csv", "");
    assertBadInput(csv, "file:%s has no header".formatted(csv));
    assertBadInput(
        job.write("blank.jsonl", "\n \n"),
        "there is no column text: the input has no line, and --input-schema does not name it");
  }

  @Test
  void storesWithoutAConnector() {
    String hint =
        "; Spark's class path has no connector to that store; --packages after -- fetches one, such"
            + " as org.apache.hadoop:hadoop-aws:"
            + VersionInfo.getVersion()
            + " for s3a (docs/running.md)";
    String notFound = "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found" + hint;
    assertBadInput("s3a://bucket/texts", notFound);
    assertBadInput(
        "gs://bucket/texts",
        "cannot list input gs://bucket/texts: org.apache.hadoop.fs.UnsupportedFileSystemException:"
            + " No FileSystem for scheme \"gs\""
            + hint);
    assertBadOutput(
        "output \"s3a://bucket/vectors\" is not usable: java.lang.ClassNotFoundException: "
            + notFound,
        "--output",
        "s3a://bucket/vectors");
  }

  @ParameterizedTest
  @CsvSource({"--text-column", "--tokens-column", "--id-column", "--keep-columns"})
  void columnsThatAreNowhere(String option) {
    String[] given = {option, "absent"};
    assertBadInput(
        input,
        "there is no column absent: the first 1 lines of file:%s have id, text, tokens"
            .formatted(input),
        given);
    if (!option.equals("--tokens-column")) {
      Path csv = job.write("in.csv", "id,text\n1,x\n");
      String message = "there is no column absent: the header of file:%s has id, text";
      assertBadInput(csv, message.formatted(csv), given);
    }
    Path parquet = job.path("in.parquet");
    LocalSpark.twoCores().read().json(input.toString()).write().parquet(parquet.toString());
    assertBadInput(
        parquet, "there is no column absent: the Parquet schema has id, text, tokens", given);
  }

  @Test
  void formatsThatContradictTheFiles() {
    assertBadInput(
        input,
        "cannot read file:%1$s as Parquet: it is not a Parquet file. Expected magic number at"
                .formatted(input)
            + " tail, but found [51, 93, 125, 10]",
        "--input-format",
        "parquet");
    assertBadInput(
        input,
        "the header of file:%s is malformed: cell 0 holds a quote but is not quoted (character 1)"
            .formatted(input),
        "--input-format",
        "csv");
    Path unnamed = job.write("in.data", ROW);
    assertBadInput(
        unnamed,
        "the name of file:%s ends in none of .json .jsonl .ndjson .csv .txt .text .parquet:"
                .formatted(unnamed)
            + " --input-format says what it is");
    Path csv = job.write("in.csv", "id,text,tokens\n1,x,2\n");
    assertBadInput(
        csv,
        "column tokens of type array<int> is read from jsonl or parquet, not from csv",
        "--tokens-column",
        "tokens");
    job.write("mixed/a.jsonl", ROW);
    job.write("mixed/b.txt", "x");
    assertBadInput(
        job.path("mixed"), "an input holds one format, but a.jsonl is jsonl and b.txt is text");
  }

  @Test
  void columnsThatWouldClash() {
    Path clash =
        job.write("clash.jsonl", "{\"id\": 1, \"text\": \"x\", \"embedding\": 1, \"ID\": 2}\n");
    String[] keep = {"--keep-columns", "embedding"};
    assertBadInput(
        clash,
        "the output would have two columns embedding; choose other columns for --id-column or"
            + " --keep-columns",
        keep);
    assertBadInput(
        clash,
        "the output would have the columns id and ID, which are one to Spark (--id-column,"
            + " --keep-columns)",
        "--keep-columns",
        "ID");
    assertBadInput(clash, "column id is kept twice, or is the id", "--keep-columns", "id");
  }

  @Test
  void aFileThatIsCutShortIsFoundInATask() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(ROW.repeat(3000).getBytes(StandardCharsets.UTF_8));
    }
    Path cut = job.path("cut.jsonl.gz");
    Files.write(cut, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 9));
    assertBadInput(cut, "cannot read file:%s: it ends too early".formatted(cut));
  }

  @Test
  void aDamagedParquetFileIsFoundInATask() throws IOException {
    Path table = job.path("table");
    Path lines = job.write("many.jsonl", ROW.repeat(100));
    LocalSpark.twoCores().read().json(lines.toString()).write().parquet(table.toString());
    String part =
        EmbedSandbox.namesIn(table).stream()
            .filter(name -> name.startsWith("part-"))
            .findFirst()
            .get();
    byte[] bytes = Files.readAllBytes(table.resolve(part));
    Arrays.fill(bytes, 4, 100, (byte) 0x5a);
    Path damaged = Files.write(job.path("damaged.parquet"), bytes);

    Ended ended = job.run(damaged);
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err()).contains("heed: cannot read file://" + damaged + ": ");
    assertThat(job.leftovers()).isEmpty();
  }

  @Test
  void outputsThatStandAreKept() {
    job.rowsOf(input);
    String output = "file:" + job.output();
    assertBadOutput("output %s exists; --overwrite replaces it".formatted(output));
    assertThat(job.table().count()).isEqualTo(1);

    Path foreign = job.write("foreign/x", "mine").getParent();
    for (String overwrite : new String[] {"true", "false"}) {
      assertBadOutput(
          ("output file:%s exists and is not an output of Heed: it has no _heed/report.json, so it"
                  + " is never replaced")
              .formatted(foreign),
          "--output",
          foreign.toString(),
          "--overwrite",
          overwrite);
    }
    assertThat(EmbedSandbox.namesIn(foreign)).containsExactly("x");

    assertBadOutput(
        "output file:%s/x is a file, not a directory".formatted(foreign),
        "--output",
        foreign + "/x");
  }

  @Test
  void outputsThatCannotBeWritten() {
    Path file = job.write("file", "");
    assertBadOutput(
        "cannot write output file:%1$s/out: Destination exists and is not a directory: %1$s"
            .formatted(file),
        "--output",
        file + "/out");
    assertThat(EmbedSandbox.namesIn(directory)).containsExactly("file", "in.jsonl");
  }

  @Test
  void inputAndOutputAreApart() {
    Path inputs = job.write("inputs/in.jsonl", ROW).getParent();
    assertTold(
        job.run(inputs, "--output", inputs + "/out"),
        ExitCode.BAD_OUTPUT,
        "output file:%1$s/out lies in the input file:%1$s".formatted(inputs));
    assertTold(
        job.run(inputs, "--output", directory.toString(), "--overwrite"),
        ExitCode.BAD_OUTPUT,
        "output file:%s holds the input file:%s".formatted(directory, inputs));
    assertTold(
        job.run(inputs, "--output", inputs.toString(), "--overwrite"),
        ExitCode.BAD_OUTPUT,
        "output file:%s is the input".formatted(inputs));
    assertThat(EmbedSandbox.namesIn(inputs)).containsExactly("in.jsonl");
    assertThat(EmbedSandbox.namesIn(directory)).containsExactly("in.jsonl", "inputs");
  }
}
