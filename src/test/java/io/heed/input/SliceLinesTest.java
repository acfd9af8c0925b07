package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.input.SlicePlan.SliceTask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceLinesTest {
  private static final Configuration CONFIGURATION = new Configuration(false);

  @TempDir Path directory;

  /** A line as {@code position|units|text}. */
  private static String shown(Line line) {
    return line.place().position() + "|" + line.place().units() + "|" + line.text();
  }

  private static List<String> lines(LineFormat format, FileSlice... slices) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileSlice slice : slices) {
      try (SliceLines open = SliceLines.open(slice, format, LineColumns.NONE, CONFIGURATION)) {
        open.forEachRemaining(line -> lines.add(shown(line)));
      }
    }
    return lines;
  }

  private static FileSlice slice(Path file, long start, long end) {
    return new FileSlice(file.toString(), file.getFileName().toString(), start, end);
  }

  private static InputFile file(String name, long length) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("/in/" + name);
    return new InputFile(new FileStatus(length, false, 1, 1, 0, path), name);
  }

  @Test
  void countsProgressAndPositions() throws IOException {
    Path file = Files.writeString(directory.resolve("a.txt"), "\uFEFFfirst\r\n\n  \nlast");
    assertThat(lines(new TextFormat(), slice(file, 0, 18)))
        .containsExactly("0|10|first", "10|1|", "11|3|  ", "14|4|last");
    assertThat(lines(new JsonFormat(), slice(file, 0, 18)))
        .containsExactly("0|10|first", "14|8|last");
  }

  @Provide
  Arbitrary<String> contents() {
    return Arbitraries.strings().withChars('a', 'é', '\n', '\r', ' ', '"').ofMaxLength(40);
  }

  @Property(tries = 60)
  void everyTwoCutsGiveTheLinesOfTheWholeFile(@ForAll("contents") String content)
      throws IOException {
    for (String start : List.of("", "\uFEFF")) {
      byte[] bytes = (start + content).getBytes(StandardCharsets.UTF_8);
      Path file = Files.createTempFile("cuts", ".txt");
      try {
        Files.write(file, bytes);
        for (LineFormat format : List.of(new TextFormat(), new JsonFormat())) {
          List<String> whole = lines(format, slice(file, 0, bytes.length));
          for (int cut = 0; cut <= bytes.length; cut++) {
            int second = (cut + bytes.length) / 2;
            List<String> parts =
                lines(
                    format,
                    slice(file, 0, cut),
                    slice(file, cut, second),
                    slice(file, second, bytes.length));
            assertThat(withoutUnits(parts)).isEqualTo(withoutUnits(whole));
          }
        }
      } finally {
        Files.delete(file);
      }
    }
  }

  private static List<String> withoutUnits(List<String> lines) {
    return lines.stream().map(line -> line.replaceFirst("\\|[0-9]+\\|", "|")).toList();
  }

  @Test
  void linesLongerThanABufferSurviveCuts() throws IOException {
    StringBuilder content = new StringBuilder();
    for (int length : new int[] {65535, 0, 65536, 200_000, 1, 65537}) {
      content.append("x".repeat(length)).append('\n');
    }
    Path file = Files.writeString(directory.resolve("long.txt"), content);
    long size = Files.size(file);
    List<String> whole = lines(new TextFormat(), slice(file, 0, size));
    assertThat(whole).hasSize(6);
    for (long cut : new long[] {1, 65535, 65536, 65537, 131_073, 200_000, 331_074, size - 1}) {
      List<String> parts = lines(new TextFormat(), slice(file, 0, cut), slice(file, cut, size));
      assertThat(parts).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void passesOverRecordsThatAreTooLong() throws IOException {
    byte[] bytes = "short\nfar too long\nnext\r\n12345678".getBytes(StandardCharsets.UTF_8);
    try (RecordReader records =
        new RecordReader(new ByteArrayInputStream(bytes), 0, RecordEnd.ofLines(), 8)) {
      List<String> seen = new ArrayList<>();
      while (records.next()) {
        String text = records.text();
        seen.add(records.start() + " " + text + records.fault(text).map(f -> ": " + f).orElse(""));
      }
      assertThat(seen)
          .containsExactly(
              "0 short", "6 far too : the line is longer than 8 bytes", "19 next", "25 12345678");
    }
  }

  @Test
  void recordsOfCsvEndOutsideOfQuotes() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("a.csv"), "a,b\r\n1,\"x\n\"\"y\n\"\r\n\n2,p\"q\n3,\"\"\n\"last\n\",");
    assertThat(lines(new CsvFormat(), slice(file, 0, Files.size(file))))
        .containsExactly("5|17|1,\"x\n\"\"y\n\"", "18|7|2,p\"q", "24|5|3,\"\"", "29|8|\"last\n\",");
  }

  @Test
  void gathersSmallFilesAndCutsLargeOnes() {
    List<InputFile> files = List.of(file("a", 3), file("b", 4), file("c", 25), file("d.gz", 50));
    List<SliceTask> tasks = SlicePlan.tasks(files, new TextFormat(), 10);
    assertThat(tasks)
        .extracting(SliceLinesTest::shown)
        .containsExactly("a0-3 b0-4", "c0-10", "c10-20", "c20-25", "d.gz0-50");
    assertThat(SlicePlan.tasks(files, new CsvFormat(), 10))
        .extracting(SliceLinesTest::shown)
        .containsExactly("a0-3 b0-4", "c0-25", "d.gz0-50");
  }

  private static String shown(SliceTask task) {
    List<String> slices = new ArrayList<>();
    for (FileSlice slice : task.slices()) {
      slices.add(slice.name() + slice.start() + "-" + slice.end());
    }
    return String.join(" ", slices);
  }

  @Test
  void splitsFollowTheComputeWithinBounds() {
    Partitioning partitioning = Partitioning.automatic(8 << 20, 4);
    assertThat(partitioning.bytesPerSplit(1L << 40)).isEqualTo(8 << 20);
    assertThat(partitioning.bytesPerSplit(16 << 20)).isEqualTo(1 << 20);
    assertThat(partitioning.bytesPerSplit(1000)).isEqualTo(64 << 10);
    assertThat(Partitioning.automatic(7, 4).bytesPerSplit(1L << 40)).isEqualTo(7);
    assertThat(partitioning.shuffledTasks(3)).isEqualTo(16);
    assertThat(partitioning.shuffledTasks(4)).isZero();
    assertThat(Partitioning.ofInput(1, 4).shuffledTasks(1)).isZero();
    assertThat(Partitioning.exactly(5, 1, 4).shuffledTasks(100)).isEqualTo(5);
    assertThatThrownBy(() -> Partitioning.exactly(0, 1, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void formatsAreKnownByExtension() {
    assertThat(InputFormat.ofFileName("dir.csv/A.JSONL.gz")).contains(InputFormat.JSONL);
    assertThat(InputFormat.ofFileName("a.ndjson.zst")).contains(InputFormat.JSONL);
    assertThat(InputFormat.ofFileName("a.csv.bz2")).contains(InputFormat.CSV);
    assertThat(InputFormat.ofFileName("a.txt")).contains(InputFormat.TEXT);
    assertThat(InputFormat.ofFileName("a.snappy.parquet")).contains(InputFormat.PARQUET);
    assertThat(InputFormat.ofFileName("csv")).isEqualTo(Optional.empty());
    assertThat(InputFormat.ofFileName("a.gz")).isEqualTo(Optional.empty());
  }
}
