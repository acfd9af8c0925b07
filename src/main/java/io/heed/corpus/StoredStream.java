package io.heed.corpus;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Parts end to end, those without documents left out. */
final class StoredStream {
  private final StoredPart[] parts;

  /** [parts + 1], tokens and documents before each part, then all. */
  private final long[] firstToken;

  private final long[] firstDocument;

  StoredStream(CorpusFiles files, CorpusVocabulary vocabulary, List<PartSummary> summaries) {
    List<PartSummary> filled = summaries.stream().filter(part -> part.documents() > 0).toList();
    this.parts = new StoredPart[filled.size()];
    this.firstToken = new long[parts.length + 1];
    this.firstDocument = new long[parts.length + 1];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new StoredPart(files, vocabulary, filled.get(i));
      firstToken[i + 1] = Math.addExact(firstToken[i], filled.get(i).tokens());
      firstDocument[i + 1] = Math.addExact(firstDocument[i], filled.get(i).documents());
    }
  }

  long tokens() {
    return firstToken[parts.length];
  }

  long documents() {
    return firstDocument[parts.length];
  }

  int[] document(long number) throws IOException {
    int part = partOf(firstDocument, number);
    return parts[part].document(number - firstDocument[part]);
  }

  /** {@code count} token ids, from token {@code from} on. */
  int[] tokens(long from, int count) throws IOException {
    int[] ids = new int[count];
    int part = partOf(firstToken, from);
    for (int done = 0; done < count; part++) {
      long start = from + done;
      int values = (int) Math.min(count - done, firstToken[part + 1] - start);
      parts[part].readTokens(start - firstToken[part], ids, done, values);
      done += values;
    }
    return ids;
  }

  /** The pieces of documents in {@code count} tokens, from token {@code from} on. */
  Pieces pieces(long from, int count) throws IOException {
    Pieces pieces = new Pieces();
    int part = partOf(firstToken, from);
    for (int done = 0; done < count; part++) {
      long start = from + done - firstToken[part];
      int values = (int) Math.min(count - done, firstToken[part + 1] - from - done);
      parts[part].addPieces(start, start + values, done, pieces);
      done += values;
    }
    return pieces;
  }

  void addCounts(long[] totals) throws IOException {
    for (StoredPart part : parts) {
      part.addCounts(totals);
    }
  }

  private static int partOf(long[] firsts, long number) {
    int found = Arrays.binarySearch(firsts, number);
    return found >= 0 ? found : -found - 2;
  }
}
