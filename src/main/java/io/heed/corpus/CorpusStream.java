package io.heed.corpus;

import java.io.IOException;
import java.util.Objects;

/**
 * Reads one stream of a corpus, by documents or by blocks, which do not depend on the parts that
 * hold it. Several threads may read at once; they share the index of each part, 8 bytes per 1,024
 * documents, which is read when it is first needed.
 */
public final class CorpusStream {
  private final StoredStream stored;
  private final CorpusVocabulary vocabulary;

  /** A stream of the corpus of {@code files} that {@code manifest} describes. */
  public CorpusStream(CorpusFiles files, CorpusManifest manifest, Stream stream) {
    this.vocabulary = manifest.vocabulary();
    this.stored = new StoredStream(files, vocabulary, manifest.parts(stream));
  }

  /** How many tokens there are. */
  public long tokens() {
    return stored.tokens();
  }

  /** How many documents there are. */
  public long documents() {
    return stored.documents();
  }

  /**
   * The token ids of a document, by its number in the stream.
   *
   * @throws IndexOutOfBoundsException when the number is not in [0, documents)
   * @throws CorpusException when a file of the corpus does not hold what it should
   */
  public int[] document(long number) throws IOException {
    return stored.document(Objects.checkIndex(number, stored.documents()));
  }

  /**
   * The stream in blocks, read when they are asked for.
   *
   * @param length tokens of a block, from 1 to {@link Blocks#LONGEST}
   * @throws IllegalArgumentException when it is not
   */
  public Blocks blocks(int length, Packing packing) {
    return new Blocks(stored, length, packing);
  }

  /** The stream in blocks of {@code length} tokens whose documents are sequences of their own. */
  public Blocks blocks(int length) {
    return blocks(length, Packing.DOCUMENTS);
  }

  /**
   * How often each id follows another token of its document, {@code [V]}.
   *
   * @throws CorpusException when the counts of a part do not add up
   */
  public long[] counts() throws IOException {
    long[] totals = new long[vocabulary.size()];
    stored.addCounts(totals);
    return totals;
  }

  /**
   * The same of the first documents alone, which are read one by one unless they are all.
   *
   * @param first how many documents, at least 0
   */
  public long[] counts(long first) throws IOException {
    if (first >= documents()) {
      return counts();
    }
    long[] totals = new long[vocabulary.size()];
    for (long number = 0; number < first; number++) {
      int[] ids = document(number);
      for (int i = 1; i < ids.length; i++) {
        totals[ids[i]]++;
      }
    }
    return totals;
  }
}
