package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files of a corpus do, wherever they are kept. */
public abstract class CorpusFilesContract {
  @TempDir Path directory;

  private CorpusFiles files;

  /** The files of a directory that is there. */
  protected abstract CorpusFiles of(Path directory) throws IOException;

  @BeforeEach
  void open() throws IOException {
    files = of(directory);
  }

  @Test
  void readsFromAPositionWhatWasWritten() throws IOException {
    assertThat(files.exists("train-00000.tokens")).isFalse();
    write(files, "train-00000.tokens", 9, 9, 9, 9, 9, 9);
    write(files, "train-00000.tokens", 1, 2, 3, 4, 5);
    assertThat(files.exists("train-00000.tokens")).isTrue();
    assertThat(files.length("train-00000.tokens")).isEqualTo(5);
    byte[] target = {-1, -1, -1, -1};
    files.read("train-00000.tokens", 2, target, 3);
    assertThat(target).containsExactly(3, 4, 5, -1);
  }

  @Test
  void saysWhereAFileEnds() throws IOException {
    write(files, "a.tokens", 1, 2, 3);
    assertThatThrownBy(() -> files.read("a.tokens", 2, new byte[4], 2))
        .isInstanceOf(EOFException.class)
        .hasMessage("2 bytes at 2 are wanted of a file of 3 (a.tokens)");
    assertThatThrownBy(() -> files.length("b.tokens")).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "../a", "a/b", "a\\b", "/a", "a..b", ".a", "a.", "A", "a\n", "a b"})
  void namesAreFlatAndPlain(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.create(name))
        .withMessageContaining("not \"" + name + "\"");
    assertThatIllegalArgumentException().isThrownBy(() -> files.exists(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.length(name));
    assertThatIllegalArgumentException().isThrownBy(() -> files.read(name, 0, new byte[1], 1));
  }

  @Test
  void aCorpusInADirectoryIsThatInMemory() throws IOException {
    List<int[]> documents = Corpora.documents(300, 4, 1, 9, 30);
    CorpusManifest manifest = Corpora.training(files, 300, documents, 3);
    assertThat(manifest).isEqualTo(Corpora.training(new MemoryFiles(), 300, documents, 3));
    CorpusStream stream = new CorpusStream(files, manifest, Stream.TRAINING);
    assertThat(stream.blocks(100).block(0).ids()).isEqualTo(Corpora.endToEnd(documents));
    assertThat(stream.document(2)).isEqualTo(documents.get(2));
  }

  private static void write(CorpusFiles files, String name, int... values) throws IOException {
    try (OutputStream out = files.create(name)) {
      for (int value : values) {
        out.write(value);
      }
    }
  }
}
