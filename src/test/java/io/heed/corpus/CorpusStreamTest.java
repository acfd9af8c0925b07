package io.heed.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusStreamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 300, 65_536, 65_537, 1 << 20})
  void givesBackDocumentsOfAnyVocabulary(int vocabulary) throws IOException {
    List<int[]> documents = new ArrayList<>(Corpora.documents(vocabulary, 3, 1, 700_000, 2));
    documents.add(new int[] {vocabulary - 1, 0, vocabulary - 1});
    CorpusStream stream = stream(vocabulary, documents, 2);
    assertThat(stream.documents()).isEqualTo(5);
    assertThat(stream.tokens()).isEqualTo(700_009);
    for (int i = 0; i < documents.size(); i++) {
      assertThat(stream.document(i)).isEqualTo(documents.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1023, 1024, 1025, 2049})
  void findsDocumentsRoundTheEntriesOfTheIndex(int perPart) throws IOException {
    List<int[]> documents =
        Corpora.documents(300, IntStream.range(0, 5000).map(i -> 1 + i % 7).toArray());
    CorpusStream stream = stream(300, documents, perPart);
    for (int i = 0; i < 5000; i += i % 1024 > 2 && i % 1024 < 1018 ? 5 : 1) {
      assertThat(stream.document(i)).as("%d", i).isEqualTo(documents.get(i));
    }
    assertThatThrownBy(() -> stream.document(5000)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> stream.document(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void countsWhatStandsBehindAnotherTokenOverAllParts() throws IOException {
    List<int[]> documents = Corpora.documents(50, 30, 1, 9, 70, 3);
    long[] expected = new long[50];
    for (int[] document : documents) {
      IntStream.of(document).skip(1).forEach(id -> expected[id]++);
    }
    assertThat(stream(50, documents, 2).counts()).isEqualTo(expected);
    assertThat(stream(50, documents, 5).counts()).isEqualTo(expected);
    assertThat(stream(50, List.of(), 5).counts()).isEqualTo(new long[50]);
  }

  @Test
  void countsTheFirstDocumentsAlone() throws IOException {
    List<int[]> documents = Corpora.documents(50, 30, 1, 9, 70, 3);
    CorpusStream stream = stream(50, documents, 3);
    for (int first : new int[] {0, 1, 11, 29, 30, 31}) {
      long[] expected = new long[50];
      documents.stream()
          .limit(first)
          .forEach(ids -> IntStream.of(ids).skip(1).forEach(id -> expected[id]++));
      assertThat(stream.counts(first)).as("%d", first).isEqualTo(expected);
    }
  }

  @Test
  void partsWithoutDocumentsChangeNothing() throws IOException {
    MemoryFiles files = new MemoryFiles();
    CorpusVocabulary vocabulary = CorpusVocabulary.of(50);
    List<int[]> documents = Corpora.documents(50, 3, 4);
    List<PartSummary> parts = new ArrayList<>();
    for (int part = 0; part < 7; part++) {
      try (CorpusWriter writer = new CorpusWriter(files, vocabulary, Stream.HELD_OUT, part)) {
        if (part == 2 || part == 5) {
          int[] document = documents.get(part / 4);
          writer.add(document, document.length);
        }
        parts.add(writer.finish());
      }
    }
    CorpusManifest manifest = CorpusManifest.of(vocabulary, parts);
    CorpusStream stream = new CorpusStream(files, manifest, Stream.HELD_OUT);
    assertThat(stream.document(0)).isEqualTo(documents.get(0));
    assertThat(stream.document(1)).isEqualTo(documents.get(1));
    assertThat(stream.blocks(7).block(0).ids()).isEqualTo(Corpora.endToEnd(documents));
    assertThat(stream.blocks(7).block(0).starts()).containsExactly(0, 3, 7);
    assertThat(manifest.fingerprint(Stream.HELD_OUT))
        .isEqualTo(Corpora.training(files, 50, documents, 2).fingerprint(Stream.TRAINING));
    assertThat(new CorpusStream(files, manifest, Stream.TRAINING).documents()).isZero();
  }

  private static CorpusStream stream(int vocabulary, List<int[]> documents, int perPart) {
    MemoryFiles files = new MemoryFiles();
    CorpusManifest manifest = Corpora.training(files, vocabulary, documents, perPart);
    return new CorpusStream(files, manifest, Stream.TRAINING);
  }
}
