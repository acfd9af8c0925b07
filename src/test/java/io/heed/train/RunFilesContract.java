package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.training.RunFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files of a run do, wherever they are kept. */
abstract class RunFilesContract {
  @TempDir Path parent;

  private RunFiles files;

  abstract RunFiles of(Path directory) throws IOException;

  @BeforeEach
  void open() throws IOException {
    files = of(parent.resolve("state"));
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = files.create(name)) {
      out.write(text.getBytes());
    }
  }

  private String text(String name) throws IOException {
    try (InputStream in = files.open(name)) {
      return new String(in.readAllBytes());
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertThat(files.exists("step-1/weights")).isFalse();
    assertThat(files.list("")).isEmpty();
    write("step-1/weights", "an older one");
    write("step-1/weights", "012345");
    assertThat(files.exists("step-1/weights")).isTrue();
    assertThat(files.exists("step-1")).isTrue();
    assertThat(files.length("step-1/weights")).isEqualTo(6);
    assertThat(text("step-1/weights")).isEqualTo("012345");
    byte[] target = "xxxx".getBytes();
    files.read("step-1/weights", 2, target, 3);
    assertThat(target).asString().isEqualTo("234x");
    assertThat(Files.readString(parent.resolve("state/step-1/weights"))).isEqualTo("012345");
  }

  @Test
  void readsAllOrNothing() throws IOException {
    write("a", "012");
    assertThatThrownBy(() -> files.read("a", 2, new byte[4], 2)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> files.read("b", 0, new byte[4], 2)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.open("b")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> files.length("b")).isInstanceOf(IOException.class);
  }

  @Test
  void listsTheNamesOfAFolderAndNoOthers() throws IOException {
    write("training.json", "{}");
    write("step-2/b", "");
    write("step-2/a", "");
    assertThat(files.list("")).containsExactly("step-2", "training.json");
    assertThat(files.list("step-2")).containsExactly("a", "b");
    assertThat(files.list("step-3")).isEmpty();
    assertThat(files.list("training.json")).isEmpty();
  }

  @Test
  void aRenamedFileTakesThePlaceOfAnother() throws IOException {
    write("next", "first");
    files.rename("next", "training.json");
    assertThat(text("training.json")).isEqualTo("first");
    write("next", "second");
    files.rename("next", "training.json");
    assertThat(text("training.json")).isEqualTo("second");
    assertThat(files.list("")).containsExactly("training.json");
    assertThatThrownBy(() -> files.rename("next", "training.json")).isInstanceOf(IOException.class);
    assertThat(text("training.json")).isEqualTo("second");
  }

  @Test
  void deletesFilesAndFoldersAndMissesNone() throws IOException {
    write("step-1/a", "a");
    write("step-1/b", "b");
    write("other", "c");
    files.delete("step-1/a");
    assertThat(files.list("step-1")).containsExactly("b");
    files.delete("step-1");
    files.delete("step-1");
    assertThat(files.list("")).containsExactly("other");
    files.delete("");
    assertThat(parent).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../other", "a/../../other", "/etc/passwd"})
  void noNameLeadsOut(String name) throws IOException {
    Files.writeString(parent.resolve("other"), "kept");
    assertThatIllegalArgumentException().isThrownBy(() -> files.create(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.open(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.read(name, 0, new byte[1], 1));
    assertThatIllegalArgumentException().isThrownBy(() -> files.length(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.exists(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.list(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.delete(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.rename(name, "a"));
    assertThatIllegalArgumentException().isThrownBy(() -> files.rename("a", name));
    assertThat(parent.resolve("other")).hasContent("kept");
  }

  @Test
  void saysWhereItIs() {
    assertThat(files.place()).endsWith(parent.resolve("state").toString());
  }
}
