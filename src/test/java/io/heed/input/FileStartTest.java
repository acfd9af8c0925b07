package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Files that are something else than their names tell. */
class FileStartTest extends SparkSuite {
  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  private void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> open(texts(file)))
        .as("%s", file)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot read file:" + file + " as ")
        .hasMessageContaining(why);
  }

  @Test
  void wide_characters_are_refused_with_and_without_a_byte_order_mark() throws IOException {
    String json = "{\"text\": \"a\"}\n";
    for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      for (String mark : List.of("", "\uFEFF")) {
        for (String extension : List.of("jsonl", "csv", "txt")) {
          byte[] bytes = (mark + json).getBytes(Charset.forName(charset));
          Path file =
              write(
                  String.format(Locale.ROOT, "%s%d.%s", charset, mark.length(), extension), bytes);
          assertRefused(file, charset.substring(0, 6) + ", and has to be UTF-8");
        }
      }
    }
    assertThat(outcomes(texts(write("a.txt", "\uFEFFa\n")))).containsExactly("a");
    assertThat(outcomes(texts(write("b.txt", "a\0b\n")))).containsExactly("a\0b");
  }

  @Test
  void other_formats_are_refused_by_name() throws IOException {
    byte[] gzip = gzip("{\"text\": \"a\"}\n".getBytes(StandardCharsets.UTF_8));
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n";
    for (String extension : List.of("jsonl", "csv", "txt")) {
      assertRefused(write("gz." + extension, gzip), "gzip data, which is read where the name");
      assertRefused(write("gz.%s.gz".formatted(extension), gzip(gzip)), "gzip data");
      assertRefused(write("lfs." + extension, pointer), "a Git LFS pointer to the file");
      assertRefused(write("parquet." + extension, "PAR1\u0015\u0004"), "Parquet");
      assertRefused(write("zip." + extension, "PK\u0003\u0004"), "a zip archive");
    }
    for (String extension : List.of("jsonl", "csv")) {
      assertRefused(write("page." + extension, "\n<!DOCTYPE html>\n<html>\n"), "an HTML page");
      assertRefused(write("error." + extension, "<?xml version=\"1.0\"?>\n"), "an XML document");
    }
    assertThat(outcomes(texts(write("page.txt", "<html>\n")))).containsExactly("<html>");
  }

  @Test
  void a_json_array_is_refused_wherever_its_lines_end() throws IOException {
    for (String array :
        List.of(
            "[\n {\n  \"text\": \"a\"\n }\n]\n",
            "[{\"text\": \"a\"}]",
            "\n [ {}]",
            "[]",
            "[\r\n")) {
      assertRefused(
          write("a.json", array), "a JSON array, where each line has to be one JSON object");
    }
    String lines = "[1, 2]\n{\"text\": \"a\"}\n";
    assertThat(outcomes(texts(write("b.json", lines)))).hasSize(2).endsWith("a");
  }

  @Test
  void one_such_file_among_others_ends_the_reading() throws IOException {
    write("many/a.jsonl", "{\"text\": \"a\"}\n".repeat(3));
    write("many/b.jsonl", "<html><body>404</body></html>\n");
    assertThatThrownBy(() -> rows(texts(directory.resolve("many"))))
        .hasStackTraceContaining("many/b.jsonl as jsonl: it is an HTML page");
  }
}
