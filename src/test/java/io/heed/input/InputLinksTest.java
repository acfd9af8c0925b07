package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Links between files and directories, and directories that are more than a folder of files. */
class InputLinksTest extends SparkSuite {
  private Path link(String name, Path target) throws IOException {
    return Files.createSymbolicLink(directory.resolve(name), target);
  }

  private static void row(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    if (file.toString().endsWith(".parquet")) {
      ParquetFiles.write(file, "required binary text (STRING);", r -> r.append("text", text));
    } else {
      Files.writeString(file, "{\"text\": \"%s\"}\n".formatted(text));
    }
  }

  @Test
  void everyFileIsReadOnce() throws IOException {
    for (String extension : List.of(".jsonl", ".parquet")) {
      Path top = directory.resolve("top" + extension);
      Path in = top.resolve("in");
      row(in.resolve("z/b" + extension), "b");
      row(in.resolve("k" + extension), "k");
      row(top.resolve("outside" + extension), "outside");
      row(top.resolve("far/away" + extension), "away");
      Files.createSymbolicLink(in.resolve("self"), in);
      Files.createSymbolicLink(in.resolve("z/up"), Path.of("../.."));
      Files.createSymbolicLink(in.resolve("a"), in.resolve("z"));
      Files.createSymbolicLink(in.resolve("again" + extension), in.resolve("k" + extension));
      Files.createSymbolicLink(in.resolve("one" + extension), top.resolve("outside" + extension));
      Files.createSymbolicLink(in.resolve("two" + extension), top.resolve("outside" + extension));
      Files.createSymbolicLink(in.resolve("there"), top.resolve("far"));
      assertThat(rows(texts(in)))
          .extracting(row -> row.id() + " " + outcome(row))
          .containsExactlyInAnyOrder(
              "k" + extension + "#0 k",
              "one" + extension + "#0 outside",
              "there/away" + extension + "#0 away",
              "z/b" + extension + "#0 b");
      assertThat(open(texts(in)).notes())
          .singleElement()
          .asString()
          .startsWith("each file is read once: file:" + in)
          .contains("like 4 others");
      assertThat(outcomes(texts(in + "/{k,k,again}" + extension))).containsExactly("k");
      assertThat(outcomes(texts(top + "/{in,in/z}"))).hasSize(4);
      assertThat(open(texts(in.resolve("z/b" + extension))).notes()).isEmpty();
    }
  }

  @Test
  void aLinkMayBeTheInputItself() throws IOException {
    row(directory.resolve("real/a.jsonl"), "a");
    Path path = link("linked", directory.resolve("real"));
    assertThat(rows(texts(path))).extracting(InputRow::id).containsExactly("a.jsonl#0");
    Path file = link("linked.jsonl", directory.resolve("real/a.jsonl"));
    assertThat(rows(texts(file))).extracting(InputRow::id).containsExactly("linked.jsonl#0");
  }

  @Test
  void aLinkToNothingIsRefused() throws IOException {
    row(directory.resolve("in/a.jsonl"), "a");
    link("in/.#lock", Path.of("user@host.1"));
    assertThat(outcomes(texts(directory.resolve("in")))).containsExactly("a");
    Path link = link("in/b.jsonl", directory.resolve("gone"));
    for (String input : List.of("/in", "/in/*.jsonl")) {
      assertThatThrownBy(() -> open(texts(directory + input)))
          .isInstanceOf(InputException.class)
          .hasMessage("file:%s is a link to %s/gone, where nothing is", link, directory);
    }
    Files.delete(link);
    Path circle = link("in/c.jsonl", directory.resolve("in/c.jsonl"));
    assertThatThrownBy(() -> open(texts(directory.resolve("in"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(circle.toString());
  }

  @Test
  void whatIsNoFileIsRefused() {
    assertThatThrownBy(() -> open(withFormat(texts("/dev/null"), InputFormat.TEXT)))
        .isInstanceOf(InputException.class)
        .hasMessage("file:/dev/null is neither a file nor a directory");
  }

  @Test
  void tablesWhoseLogSaysWhichFilesCountAreRefused() throws IOException {
    for (String log : List.of("_delta_log/0.json", ".hoodie/x", "metadata/v1.metadata.json")) {
      Path table = directory.resolve(log.substring(0, 4) + "/nested");
      row(table.resolve("part-0.parquet"), "a");
      write(directory.relativize(table) + "/" + log, "{}");
      for (Path input : List.of(table, table.getParent())) {
        assertThatThrownBy(() -> open(texts(input)))
            .isInstanceOf(InputException.class)
            .hasMessageContaining(table.toString())
            .hasMessageContaining("rows that were deleted or replaced");
      }
      assertThat(outcomes(texts(table + "/*.parquet"))).containsExactly("a");
    }
  }

  @Test
  void ofWhatAStreamWritesOnlyBatchesThatAreDoneAreRead() throws IOException {
    for (String extension : List.of(".jsonl", ".parquet")) {
      Path in = directory.resolve("stream [1]" + extension);
      row(in.resolve("a" + extension), "a");
      row(in.resolve("b" + extension), "a");
      assertThat(outcomes(texts(in))).containsExactly("a", "a");
      String done =
          "v1\n{\"path\":\"%s\",\"size\":1,\"isDir\":false,\"modificationTime\":1,"
                  .formatted(in.resolve("a" + extension).toUri().toASCIIString())
              + "\"blockReplication\":1,\"blockSize\":1,\"action\":\"add\"}";
      write(directory.relativize(in) + "/_spark_metadata/0", done);
      assertThat(rows(texts(in))).extracting(InputRow::id).containsExactly("a" + extension + "#0");
    }
  }

  @Test
  void aFileBesidePartitionDirectoriesIsNotLost() throws IOException {
    row(directory.resolve("in/day=1/a.parquet"), "a");
    row(directory.resolve("in/day=2/b.parquet"), "b");
    assertThat(outcomes(texts(directory.resolve("in"), "day"))).containsExactly("a", "b");
    Path beside = directory.resolve("in/c.parquet");
    row(beside, "c");
    assertThatThrownBy(() -> open(texts(directory.resolve("in"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(beside.toString());
  }

  @Test
  void filesThatBecomeShorterOrGoAreNoticed() throws IOException {
    for (String name : List.of("a.jsonl", "b.jsonl.gz", "c.csv", "d.txt")) {
      Path file = directory.resolve(name);
      String lines = name.endsWith(".csv") ? "text\nx\ny\n" : "{\"text\": \"x\"}\n".repeat(3);
      byte[] member = lines.getBytes(StandardCharsets.UTF_8);
      if (name.endsWith(".gz")) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
          out.write(member);
        }
        member = packed.toByteArray();
      }
      Files.write(file, member);
      Files.write(file, member, StandardOpenOption.APPEND);
      byte[] bytes = Files.readAllBytes(file);
      InputTable table = open(texts(file));
      assertThat(table.rows().count()).isPositive();
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      assertThatThrownBy(() -> table.rows().count())
          .hasStackTraceContaining("cannot read file:" + file + ": it ends too early");
      Files.delete(file);
      assertThatThrownBy(() -> table.rows().count())
          .hasStackTraceContaining("cannot read file:" + file + ": ");
    }
  }
}
