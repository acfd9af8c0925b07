package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusWriterTest {
  private final MemoryFiles files = new MemoryFiles();

  @Test
  void laysOutShortIds() throws IOException {
    PartSummary summary =
        write(CorpusVocabulary.of(65_536), Stream.TRAINING, ids(65_535, 1), ids(1));
    assertThat(files.all())
        .containsOnlyKeys(
            "train-00007.counts", "train-00007.index", "train-00007.lengths", "train-00007.tokens");
    assertThat(files.bytes("train-00007.tokens").array()).containsExactly(-1, -1, 1, 0, 1, 0);
    assertThat(files.bytes("train-00007.lengths").array()).containsExactly(2, 0, 0, 0, 1, 0, 0, 0);
    assertThat(files.bytes("train-00007.index").array()).containsExactly(new byte[8]);
    ByteBuffer counts = files.bytes("train-00007.counts");
    assertThat(new long[] {counts.getInt(), counts.getLong()}).containsExactly(1, 1);
    assertThat(counts.hasRemaining()).isFalse();
    assertThat(summary)
        .isEqualTo(new PartSummary(7, Stream.TRAINING, 2, 3, 1, summary.fingerprint()));
  }

  @Test
  void laysOutLongIds() throws IOException {
    write(CorpusVocabulary.of(65_537), Stream.HELD_OUT, ids(65_536, 1));
    assertThat(files.bytes("held-out-00007.tokens").array())
        .containsExactly(0, 0, 1, 0, 1, 0, 0, 0);
  }

  @Test
  void endsDocumentsOfTheTrainingStreamOnce() throws IOException {
    CorpusVocabulary vocabulary = new CorpusVocabulary(10, 9);
    int[][] documents = {ids(1), ids(1, 9), ids(9), ids(9, 1)};
    assertThat(write(vocabulary, Stream.TRAINING, documents).tokens()).isEqualTo(8);
    assertThat(tokens("train-00007.tokens")).containsExactly(1, 9, 1, 9, 9, 9, 1, 9);
    assertThat(write(vocabulary, Stream.HELD_OUT, documents).tokens()).isEqualTo(6);
    assertThat(tokens("held-out-00007.tokens")).containsExactly(1, 1, 9, 9, 9, 1);
  }

  @Test
  void indexesEvery1024thDocument() throws IOException {
    for (int documents : new int[] {0, 1, 1023, 1024, 1025, 2048, 2049}) {
      write(CorpusVocabulary.of(3), Stream.TRAINING, Collections.nCopies(documents, ids(0, 1, 2)));
      ByteBuffer index = files.bytes("train-00007.index");
      assertThat(index.remaining()).as("%d", documents).isEqualTo((documents + 1023) / 1024 * 8);
      for (long entry = 0; index.hasRemaining(); entry++) {
        assertThat(index.getLong()).isEqualTo(entry * 1024 * 3);
      }
    }
  }

  @Test
  void aRefusedDocumentLeavesNothing() throws IOException {
    CorpusVocabulary vocabulary = CorpusVocabulary.of(5);
    PartSummary summary;
    try (CorpusWriter writer = new CorpusWriter(files, vocabulary, Stream.TRAINING, 7)) {
      writer.add(ids(1, 2), 2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.add(ids(), 0))
          .withMessage("a document has at least one token: 0 of 0 ids (document 1)");
      assertThatIllegalArgumentException().isThrownBy(() -> writer.add(ids(1), 2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> writer.add(ids(4, 5), 2))
          .withMessage("token 1 has id 5, outside a vocabulary of 5 (document 1)");
      assertThatIllegalArgumentException().isThrownBy(() -> writer.add(ids(-1), 1));
      writer.add(ids(3, 77), 1);
      summary = writer.finish();
    }
    MemoryFiles clean = new MemoryFiles();
    List<int[]> documents = List.of(ids(1, 2), ids(3));
    try (CorpusWriter writer = new CorpusWriter(clean, vocabulary, Stream.TRAINING, 7)) {
      for (int[] document : documents) {
        writer.add(document, document.length);
      }
      assertThat(writer.finish()).isEqualTo(summary);
    }
    assertThat(files.all()).isEqualTo(clean.all());
  }

  @Test
  void takesNothingOnceItIsClosed() throws IOException {
    CorpusWriter writer = new CorpusWriter(files, CorpusVocabulary.of(5), Stream.TRAINING, 7);
    writer.close();
    writer.close();
    assertThat(files.exists("train-00007.counts")).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.add(ids(1), 1))
        .withMessage("part 7 of train is closed");
    assertThatIllegalStateException().isThrownBy(writer::finish);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CorpusWriter(files, CorpusVocabulary.of(5), Stream.TRAINING, -1));
  }

  @Test
  void closesWhatItOpenedWhenAFileCannotBeMade() {
    List<String> closed = new ArrayList<>();
    CorpusFiles failing = new FailingFiles(closed);
    assertThatThrownBy(() -> new CorpusWriter(failing, CorpusVocabulary.of(5), Stream.TRAINING, 7))
        .hasMessage("no room for train-00007.index");
    assertThat(closed).containsExactly("train-00007.tokens", "train-00007.lengths");
  }

  private record FailingFiles(List<String> closed) implements CorpusFiles {
    @Override
    public OutputStream create(String name) throws IOException {
      if (name.endsWith("index")) {
        throw new IOException("no room for " + name);
      }
      return new OutputStream() {
        @Override
        public void write(int value) {}

        @Override
        public void close() {
          closed.add(name);
        }
      };
    }

    @Override
    public boolean exists(String name) {
      return false;
    }

    @Override
    public long length(String name) {
      return 0;
    }

    @Override
    public void read(String name, long position, byte[] target, int count) {}
  }

  private PartSummary write(CorpusVocabulary vocabulary, Stream stream, int[]... documents)
      throws IOException {
    return write(vocabulary, stream, List.of(documents));
  }

  private PartSummary write(CorpusVocabulary vocabulary, Stream stream, List<int[]> documents)
      throws IOException {
    try (CorpusWriter writer = new CorpusWriter(files, vocabulary, stream, 7)) {
      for (int[] document : documents) {
        writer.add(document, document.length);
      }
      return writer.finish();
    }
  }

  private int[] tokens(String name) {
    ByteBuffer bytes = files.bytes(name);
    int[] tokens = new int[bytes.remaining() / 2];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = bytes.getShort();
    }
    return tokens;
  }

  private static int[] ids(int... ids) {
    return ids;
  }
}
