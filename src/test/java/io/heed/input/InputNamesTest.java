package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of files and directories that mean something to a shell, a URI or Hadoop. */
class InputNamesTest extends SparkSuite {
  /** A file of one row in each format, in a directory of the same odd name. */
  private void assertRead(String name) throws IOException {
    Path in = directory.resolve("in " + name);
    for (InputFormat format : InputFormat.values()) {
      String extension = "." + format.extensions().get(0);
      Path file = in.resolve(format.optionName()).resolve(name + extension);
      Files.createDirectories(file.getParent());
      switch (format) {
        case JSONL -> Files.writeString(file, "{\"text\": \"a\"}\n");
        case CSV -> Files.writeString(file, "text\na\n");
        case TEXT -> Files.writeString(file, "a\n");
        case PARQUET ->
            ParquetFiles.write(
                file, "required binary text (STRING);", row -> row.append("text", "a"));
      }
      String asId = name + extension + "#";
      for (Object path : List.of(file, file.getParent(), "file:" + file)) {
        List<InputRow> rows = rows(texts(path));
        assertThat(rows).as("%s", path).hasSize(1);
        assertThat(rows.get(0).payload()[0]).isEqualTo("a");
        assertThat(rows.get(0).id().toString()).startsWith(asId);
        assertThat(rows.get(0).source()).isEqualTo("file:" + file);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-01-01T10:00:00",
        "a:b",
        "[a]*?",
        "{a,b}",
        "{a",
        "back\\slash",
        "a b",
        "50%20",
        "a%b",
        "a#b",
        "a?b=c&d",
        "größe 例",
        "new\nline",
        "a=b",
        "-a",
        "~",
        "a'b\"c"
      })
  void filesAndDirectoriesMayHaveAnyName(String name) throws IOException {
    assertRead(name);
  }

  @Test
  void hiddenFilesAreReadWhereTheyAreAskedFor() throws IOException {
    for (String name : List.of("_a.parquet", ".a.parquet")) {
      Path file =
          ParquetFiles.write(
              directory.resolve(name).resolve(name),
              "required binary text (STRING);",
              row -> row.append("text", "a"));
      assertThat(outcomes(texts(file))).containsExactly("a");
      assertThat(outcomes(texts(directory + "/" + name + "/" + name.charAt(0) + "*")))
          .containsExactly("a");
      assertThatThrownBy(() -> open(texts(file.getParent())))
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith("holds no file");
    }
  }

  @Test
  void globsMatchBesideNamesWithColons() throws IOException {
    write("in/2024-01-01T10:00:00.jsonl", "{\"text\": \"a\"}\n");
    write("in/2024-01-02T10:00:00.jsonl", "{\"text\": \"b\"}\n");
    write("in/10:00.log", "x");
    write("in/sub:1/c.jsonl", "{\"text\": \"c\"}\n");
    write("in/_hidden/d.jsonl", "{\"text\": \"d\"}\n");
    Path in = directory.resolve("in");
    assertThat(outcomes(texts(in + "/*.jsonl"))).containsExactly("a", "b");
    assertThat(outcomes(texts(in + "/2024-01-0[1]T*"))).containsExactly("a");
    assertThat(outcomes(texts(in + "/*/*.jsonl"))).containsExactly("c");
    assertThat(outcomes(texts(in + "/{sub:1/c,2024-01-02T10:00:00}.jsonl")))
        .containsExactly("b", "c");
    assertThat(outcomes(texts(in + "/sub\\:1/*"))).containsExactly("c");
  }

  @Test
  void aRelativePathWithAColonIsNoScheme() {
    assertThatThrownBy(() -> open(texts("data:v2.jsonl")))
        .isInstanceOf(InputException.class)
        .hasMessage("input data:v2.jsonl does not exist");
    assertThatThrownBy(() -> open(texts("2024-01-01T10:00:00.jsonl")))
        .isInstanceOf(InputException.class)
        .hasMessage("input 2024-01-01T10:00:00.jsonl does not exist");
  }
}
