package io.heed.corpus;

import static io.heed.corpus.PartFile.COUNTS;
import static io.heed.corpus.PartFile.COUNT_BYTES;
import static io.heed.corpus.PartFile.INDEX;
import static io.heed.corpus.PartFile.INDEXED_DOCUMENTS;
import static io.heed.corpus.PartFile.LENGTHS;
import static io.heed.corpus.PartFile.TOKENS;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the files of one part and believes none of them. Documents and tokens are counted from the
 * part's first. Groups are of the documents between two entries of the index, which is read once
 * and kept.
 */
final class StoredPart {
  private static final int READ_BYTES = 1 << 20;
  private static final int GROUPS_AT_ONCE = 64;

  private final CorpusFiles files;
  private final CorpusVocabulary vocabulary;
  private final PartSummary summary;
  private volatile long[] index;

  StoredPart(CorpusFiles files, CorpusVocabulary vocabulary, PartSummary summary) {
    this.files = files;
    this.vocabulary = vocabulary;
    this.summary = summary;
  }

  /** How many groups of documents there are. */
  private long groups() {
    return (summary.documents() + INDEXED_DOCUMENTS - 1) / INDEXED_DOCUMENTS;
  }

  private void requireValues(PartFile file, int width, long values) throws IOException {
    long bytes = size(file);
    if (bytes % width != 0 || bytes / width != values) {
      throw error(
          file, "the file has %d bytes, expected %d values of %d bytes", bytes, values, width);
    }
  }

  private long size(PartFile file) throws IOException {
    if (!files.exists(name(file))) {
      throw error(file, "the file is missing");
    }
    return files.length(name(file));
  }

  /** How many ids the counts name. */
  private int counted() throws IOException {
    long bytes = size(COUNTS);
    long most = Math.min(vocabulary.size(), summary.targets());
    if (bytes % COUNT_BYTES != 0 || bytes / COUNT_BYTES > most) {
      throw error(
          COUNTS,
          "the file has %d bytes, expected at most %d values of %d bytes",
          bytes,
          most,
          COUNT_BYTES);
    }
    return (int) (bytes / COUNT_BYTES);
  }

  /** Reads {@code count} token ids into {@code target}, from its place {@code at} on. */
  void readTokens(long from, int[] target, int at, int count) throws IOException {
    int width = vocabulary.tokenBytes();
    int atOnce = READ_BYTES / width;
    for (int done = 0; done < count; done += atOnce) {
      int values = Math.min(atOnce, count - done);
      ByteBuffer bytes = read(TOKENS, (from + done) * width, values * width);
      for (int i = 0; i < values; i++) {
        int id = width == Short.BYTES ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
        if (id < 0 || id >= vocabulary.size()) {
          throw error(
              TOKENS,
              "token %d has id %d, outside a vocabulary of %d",
              from + done + i,
              id,
              vocabulary.size());
        }
        target[at + done + i] = id;
      }
    }
  }

  /** The token ids of a document. */
  int[] document(long number) throws IOException {
    int group = (int) (number / INDEXED_DOCUMENTS);
    int within = (int) (number % INDEXED_DOCUMENTS);
    int[] lengths = lengths(group, group + 1);
    long start = index()[group];
    for (int i = 0; i < within; i++) {
      start += lengths[i];
    }
    int[] ids = new int[lengths[within]];
    readTokens(start, ids, 0, ids.length);
    return ids;
  }

  /**
   * Adds the pieces of documents between two tokens.
   *
   * @param at where the first of these tokens stands in the range of the pieces
   */
  void addPieces(long from, long to, int at, Pieces pieces) throws IOException {
    int last = groupOf(to - 1);
    int until;
    for (int group = groupOf(from); group <= last; group = until) {
      until = Math.min(group + GROUPS_AT_ONCE, last + 1);
      long start = index()[group];
      for (int length : lengths(group, until)) {
        long end = start + length;
        if (end > from && start < to) {
          pieces.add(at + (int) (Math.min(end, to) - from), end > to);
        }
        start = end;
      }
    }
  }

  private int groupOf(long token) throws IOException {
    int found = Arrays.binarySearch(index(), token);
    return found >= 0 ? found : -found - 2;
  }

  /** The lengths of the documents in [group, until), which end where the index says. */
  private int[] lengths(int group, int until) throws IOException {
    long first = (long) group * INDEXED_DOCUMENTS;
    int count = (int) (Math.min((long) until * INDEXED_DOCUMENTS, summary.documents()) - first);
    long end = index()[group];
    ByteBuffer bytes = read(LENGTHS, first * Integer.BYTES, count * Integer.BYTES);
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = bytes.getInt();
      if (lengths[i] < 1) {
        throw error(LENGTHS, "document %d has %d tokens, not 1 or more", first + i, lengths[i]);
      }
      end += lengths[i];
      long behind = first + i + 1;
      if (behind % INDEXED_DOCUMENTS == 0 || behind == summary.documents()) {
        requireEnd(behind, end);
      }
    }
    return lengths;
  }

  private void requireEnd(long documents, long tokens) throws IOException {
    boolean all = documents == summary.documents();
    long expected = all ? summary.tokens() : index()[(int) (documents / INDEXED_DOCUMENTS)];
    if (tokens != expected) {
      throw error(
          LENGTHS,
          "the first %d documents have %d tokens by their lengths, but %d by %s",
          documents,
          tokens,
          expected,
          all ? "the manifest" : name(INDEX));
    }
  }

  private long[] index() throws IOException {
    long[] known = index;
    if (known == null) {
      synchronized (this) {
        if (index == null) {
          index = readIndex();
        }
        known = index;
      }
    }
    return known;
  }

  private long[] readIndex() throws IOException {
    requireValues(INDEX, Long.BYTES, groups());
    if (groups() > Integer.MAX_VALUE / Long.BYTES) {
      throw error(INDEX, "%d entries are more than one part may have", groups());
    }
    long[] entries = new long[(int) groups()];
    int atOnce = READ_BYTES / Long.BYTES;
    for (int from = 0; from < entries.length; from += atOnce) {
      int values = Math.min(atOnce, entries.length - from);
      ByteBuffer bytes = read(INDEX, (long) from * Long.BYTES, values * Long.BYTES);
      bytes.asLongBuffer().get(entries, from, values);
    }
    long least = 0;
    for (int i = 0; i < entries.length; i++) {
      long documentsBehind = summary.documents() - (long) i * INDEXED_DOCUMENTS;
      long most = i == 0 ? 0 : summary.tokens() - documentsBehind;
      if (entries[i] < least || entries[i] > most) {
        throw error(INDEX, "entry %d is %d, not between %d and %d", i, entries[i], least, most);
      }
      least = entries[i] + INDEXED_DOCUMENTS;
    }
    return entries;
  }

  /** Adds how often each id is a target to {@code [V]} counts. */
  void addCounts(long[] totals) throws IOException {
    int entries = counted();
    int atOnce = READ_BYTES / COUNT_BYTES;
    int before = -1;
    long left = summary.targets();
    for (int from = 0; from < entries; from += atOnce) {
      int values = Math.min(atOnce, entries - from);
      ByteBuffer bytes = read(COUNTS, (long) from * COUNT_BYTES, values * COUNT_BYTES);
      for (int i = 0; i < values; i++) {
        int id = bytes.getInt();
        long count = bytes.getLong();
        if (id <= before || id >= totals.length || count < 1 || count > left) {
          throw error(
              COUNTS,
              "id %d behind %d is counted %d times, with %d of %d targets left (vocabulary %d)",
              id,
              before,
              count,
              left,
              summary.targets(),
              totals.length);
        }
        totals[id] += count;
        left -= count;
        before = id;
      }
    }
    if (left != 0) {
      throw error(COUNTS, "%d of %d targets are not counted", left, summary.targets());
    }
  }

  private ByteBuffer read(PartFile file, long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    try {
      files.read(name(file), position, bytes, count);
    } catch (EOFException e) {
      throw CorpusException.because(
          e, name(file), "the file ends before byte %d", position + count);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String name(PartFile file) {
    return file.name(summary.stream(), summary.part());
  }

  private CorpusException error(PartFile file, String rule, Object... values) {
    return CorpusException.in(name(file), rule, values);
  }
}
