package io.heed.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the documents of one part of a stream. A document goes to its files as it comes; memory
 * holds buffers and a count for each id.
 *
 * <p>A document of the training stream ends with the vocabulary's end of text, which is added where
 * it does not stand yet. One that is held out stays as it is, for it is evaluated as the row it
 * was.
 *
 * <p>A part is whole once {@link #finish} has returned; one that is closed earlier is in no
 * manifest. Not for several threads.
 */
public final class CorpusWriter implements Closeable {
  private final CorpusFiles files;
  private final CorpusVocabulary vocabulary;
  private final Stream stream;
  private final int part;
  private final Map<PartFile, LittleEndianOutput> outputs = new EnumMap<>(PartFile.class);
  private final long[] counts;
  private final RunningFingerprint fingerprint = new RunningFingerprint();
  private long documents;
  private long tokens;
  private boolean closed;

  /**
   * Starts a part, replacing one of its stream and number.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public CorpusWriter(CorpusFiles files, CorpusVocabulary vocabulary, Stream stream, int part)
      throws IOException {
    if (part < 0) {
      throw new IllegalArgumentException("parts are numbered from 0, not " + part);
    }
    this.files = files;
    this.vocabulary = vocabulary;
    this.stream = stream;
    this.part = part;
    this.counts = new long[vocabulary.size()];
    try {
      open(PartFile.TOKENS);
      open(PartFile.LENGTHS);
      open(PartFile.INDEX);
    } catch (IOException | RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private LittleEndianOutput open(PartFile file) throws IOException {
    LittleEndianOutput output = new LittleEndianOutput(files.create(file.name(stream, part)));
    outputs.put(file, output);
    return output;
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Adds the document of the first {@code count} values of {@code ids}.
   *
   * @throws IllegalArgumentException when there are none, or one is not in [0, vocabulary); nothing
   *     of the document is added then
   */
  public void add(int[] ids, int count) throws IOException {
    requireOpen();
    requireIds(ids, count);
    boolean ends = vocabulary.hasEndOfText() && stream == Stream.TRAINING;
    boolean appends = ends && ids[count - 1] != vocabulary.endOfText();
    int length = Math.addExact(count, appends ? 1 : 0);
    if (documents % PartFile.INDEXED_DOCUMENTS == 0) {
      outputs.get(PartFile.INDEX).putLong(tokens);
    }
    outputs.get(PartFile.LENGTHS).putInt(length);
    for (int i = 0; i < count; i++) {
      addToken(ids[i]);
    }
    if (appends) {
      addToken(vocabulary.endOfText());
    }
    counts[ids[0]]--; // Nothing stands before it that could foretell it.
    fingerprint.endDocument();
    documents++;
    tokens += length;
  }

  private void requireIds(int[] ids, int count) {
    if (count < 1 || count > ids.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a document has at least one token: %d of %d ids (document %d)",
              count,
              ids.length,
              documents));
    }
    for (int i = 0; i < count; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "token %d has id %d, outside a vocabulary of %d (document %d)",
                i,
                ids[i],
                vocabulary.size(),
                documents));
      }
    }
  }

  private void addToken(int id) throws IOException {
    LittleEndianOutput output = outputs.get(PartFile.TOKENS);
    if (vocabulary.tokenBytes() == Short.BYTES) {
      output.putShort(id);
    } else {
      output.putInt(id);
    }
    counts[id]++;
    fingerprint.add(id);
  }

  /** Writes what is left of the part and closes its files. */
  public PartSummary finish() throws IOException {
    requireOpen();
    LittleEndianOutput output = open(PartFile.COUNTS);
    for (int id = 0; id < counts.length; id++) {
      if (counts[id] > 0) {
        output.putInt(id);
        output.putLong(counts[id]);
      }
    }
    for (LittleEndianOutput each : outputs.values()) {
      each.flush();
    }
    close();
    return new PartSummary(
        part, stream, documents, tokens, tokens - documents, fingerprint.value());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "part %d of %s is closed", part, stream.label()));
    }
  }

  /** Closes the files, all of them even if one fails; a part that is not finished is not whole. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    IOException failure = null;
    for (LittleEndianOutput output : outputs.values()) {
      try {
        output.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
