package io.heed.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Small corpora for tests. */
final class Corpora {
  private Corpora() {}

  /** One document for each length, its ids below {@code vocabulary} and of a fixed seed. */
  static List<int[]> documents(int vocabulary, int... lengths) {
    Random random = new Random(lengths.length * 31L + vocabulary);
    return IntStream.of(lengths)
        .mapToObj(length -> random.ints(length, 0, vocabulary).toArray())
        .toList();
  }

  /** Writes parts of {@code perPart} documents. */
  static List<PartSummary> write(
      CorpusFiles files,
      CorpusVocabulary vocabulary,
      Stream stream,
      List<int[]> documents,
      int perPart) {
    List<PartSummary> parts = new ArrayList<>();
    for (int from = 0; from < documents.size() || parts.isEmpty(); from += perPart) {
      try (CorpusWriter writer = new CorpusWriter(files, vocabulary, stream, parts.size())) {
        int to = Math.min(from + perPart, documents.size());
        for (int[] document : documents.subList(from, to)) {
          writer.add(document, document.length);
        }
        parts.add(writer.finish());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return parts;
  }

  /** A manifest of training documents alone, which are written in parts. */
  static CorpusManifest training(
      CorpusFiles files, int vocabulary, List<int[]> documents, int perPart) {
    CorpusVocabulary ids = CorpusVocabulary.of(vocabulary);
    return CorpusManifest.of(ids, write(files, ids, Stream.TRAINING, documents, perPart));
  }

  /** All tokens end to end. */
  static int[] endToEnd(List<int[]> documents) {
    return documents.stream().flatMapToInt(IntStream::of).toArray();
  }
}
