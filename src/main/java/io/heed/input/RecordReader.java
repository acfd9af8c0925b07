package io.heed.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Cuts a stream into records and decodes them. A carriage return belongs to the line feed. A record
 * of several lines can be taken back and read again line by line; one that does not fit into memory
 * is read line by line of itself, in bounded memory.
 */
final class RecordReader implements Closeable {
  /** Of longer records and lines only the beginning is kept. */
  static final int MAX_RECORD_BYTES = 64 << 20;

  private static final int SHOWN_BYTES = 1 << 10;
  private static final int BUFFER_BYTES = 1 << 16;

  private enum Unit {
    RECORDS,
    /** Lines of a record that is in memory. */
    LINES_IN_MEMORY,
    /** Lines of a record that goes on in the stream. */
    LINES
  }

  private final InputStream in;
  private final RecordEnd end;
  private final RecordEnd lineEnd = RecordEnd.ofLines();
  private final int maxRecordBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int limit;
  private long offset;
  private int markBytes;
  private long firstByte;

  /** The record, or the line, is {@code held[from, to)}; what follows it is in memory too. */
  private byte[] held = new byte[1 << 10];

  private int from;
  private int to;
  private int heldBytes;
  private long heldOffset;
  private int unread;
  private String recordFault;
  private Unit unit = Unit.RECORDS;
  private boolean tooLong;
  private long start;
  private long firstLine;

  /**
   * Reads from {@code offset} of a file on.
   *
   * @param in stands at {@code offset}
   */
  RecordReader(InputStream in, long offset, RecordEnd end, int maxRecordBytes) {
    this.in = in;
    this.offset = offset;
    this.firstByte = offset;
    this.end = end;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Before the first record of a file: looks at how it begins, and passes a byte order mark. The
   * record still starts at 0.
   */
  FileStart passStart() throws IOException {
    limit = in.readNBytes(buffer, 0, FileStart.BYTES);
    FileStart seen = FileStart.of(buffer, limit);
    markBytes = seen.markBytes();
    advance(markBytes);
    firstByte = offset;
    return seen;
  }

  /** Passes the rest of a record that began earlier, as far as a next one starts before bound. */
  void passRest(long bound) throws IOException {
    while (offset < bound && (at < limit || fill())) {
      int stop = end.find(buffer, at, limit);
      advance(stop < 0 ? limit : stop + 1);
      if (stop >= 0) {
        return;
      }
    }
  }

  /**
   * Reads a record, or the next line of one that is read line by line; false at the end of the
   * stream.
   *
   * @throws UnclosedQuoteException when the stream ends inside a quoted cell
   */
  boolean next() throws IOException {
    if (unit == Unit.RECORDS) {
      return nextRecord();
    }
    return nextLineInMemory() || nextLineOfStream();
  }

  private boolean nextRecord() throws IOException {
    start = nextStart();
    firstLine = end.line();
    recordFault = null;
    heldOffset = offset;
    heldBytes = 0;
    boolean any = false;
    boolean terminated = false;
    while (!terminated && heldBytes <= maxRecordBytes && (at < limit || fill())) {
      int bound = (int) Math.min(limit, at + (long) maxRecordBytes + 1 - heldBytes);
      int stop = end.find(buffer, at, bound);
      terminated = stop >= 0;
      hold(at, terminated ? stop : bound);
      advance(terminated ? stop + 1 : bound);
      any = true;
    }
    if (heldBytes > maxRecordBytes) {
      unit = Unit.LINES;
      recordFault =
          ofEachLine(String.format(Locale.ROOT, "is longer than %d bytes", maxRecordBytes));
      unread = 0;
      return next();
    }
    requireClosed(terminated);
    take(0, heldBytes);
    return any;
  }

  /**
   * The lines of the record are read next, the first of them again.
   *
   * @param fault of the record and so of each line, such as {@code has 3 cells, the header 2}
   */
  void rereadByLine(String fault) {
    recordFault = ofEachLine(fault);
    unit = Unit.LINES_IN_MEMORY;
    unread = 0;
  }

  private String ofEachLine(String fault) {
    return firstLine == 0
        ? String.format(Locale.ROOT, "the %s %s", end.recordName(), fault)
        : String.format(
            Locale.ROOT,
            "the %s that begins at line %d %s (each of its lines is rejected)",
            end.recordName(),
            firstLine,
            fault);
  }

  private boolean nextLineInMemory() {
    int feed = lineEnd.find(held, unread, heldBytes);
    if (feed < 0 && unit == Unit.LINES) {
      return false;
    }
    start = position(heldOffset + unread);
    take(unread, feed < 0 ? heldBytes : feed);
    unread = feed + 1;
    if (feed < 0) {
      unit = Unit.RECORDS;
    }
    return true;
  }

  private boolean nextLineOfStream() throws IOException {
    start = position(heldOffset + unread);
    heldBytes -= unread;
    System.arraycopy(held, unread, held, 0, heldBytes);
    boolean any = heldBytes > 0;
    boolean lineEnded = false;
    boolean recordEnded = false;
    while (!lineEnded && (at < limit || fill())) {
      int feed = lineEnd.find(buffer, at, limit);
      lineEnded = feed >= 0;
      recordEnded = end.find(buffer, at, lineEnded ? feed + 1 : limit) >= 0;
      hold(at, lineEnded ? feed : limit);
      advance(lineEnded ? feed + 1 : limit);
      any = true;
    }
    requireClosed(lineEnded);
    unit = lineEnded && !recordEnded ? Unit.LINES : Unit.RECORDS;
    take(0, heldBytes);
    unread = heldBytes;
    heldOffset = offset - heldBytes;
    return any;
  }

  /** A byte order mark belongs to the first record. */
  private long position(long place) {
    return place == firstByte ? place - markBytes : place;
  }

  private void requireClosed(boolean ended) throws UnclosedQuoteException {
    Optional<RecordEnd.OpenQuote> open = ended ? Optional.empty() : end.openQuote();
    if (open.isPresent()) {
      throw new UnclosedQuoteException(open.get().line(), firstByte + open.get().offset());
    }
  }

  /** Makes a part of what is held the record or line. */
  private void take(int first, int last) {
    tooLong = last - first > maxRecordBytes;
    from = first;
    to = !tooLong && last > first && held[last - 1] == '\r' ? last - 1 : last;
  }

  /** Holds bytes of the buffer, one more than a record may have and no more. */
  private void hold(int first, int last) {
    int count = (int) Math.min(last - first, maxRecordBytes + 1L - heldBytes);
    if (heldBytes + count > held.length) {
      long doubled = Math.max(2L * held.length, heldBytes + count);
      held = Arrays.copyOf(held, (int) Math.min(maxRecordBytes + 1L, doubled));
    }
    System.arraycopy(buffer, first, held, heldBytes, count);
    heldBytes += count;
  }

  private void advance(int to) {
    offset += to - at;
    at = to;
  }

  private boolean fill() throws IOException {
    at = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  /** Offset of the first byte of the record or line. */
  long start() {
    return start;
  }

  /** How many bytes of the file are read, what precedes the first record included. */
  long readTo() {
    return offset;
  }

  /** Offset of the byte after what was read, where the next record starts if there is one. */
  long nextStart() {
    return position(offset);
  }

  /** Whether more lines of a record that is read line by line are to come. */
  boolean isInRecord() {
    return unit != Unit.RECORDS;
  }

  /** Whether this is a whole record that holds a line feed. */
  boolean spansLines() {
    return recordFault == null && lineEnd.find(held, from, to) >= 0;
  }

  boolean isEmpty() {
    return from == to;
  }

  /** Whether the record is nothing but spaces, tabs and line ends. */
  boolean isBlank() {
    for (int i = from; i < to; i++) {
      if (held[i] != ' ' && held[i] != '\t' && held[i] != '\r') {
        return false;
      }
    }
    return !tooLong;
  }

  /** The record, with U+FFFD for what is not UTF-8; of a record that is too long, its beginning. */
  String text() {
    int shown = tooLong ? Math.min(to - from, Math.min(SHOWN_BYTES, maxRecordBytes)) : to - from;
    return new String(held, from, shown, StandardCharsets.UTF_8);
  }

  /** What is wrong with the record, or with the one that the line is of; text is {@link #text}. */
  Optional<String> fault(String text) {
    return Optional.ofNullable(recordFault)
        .or(
            () ->
                ownFault(text)
                    .map(
                        fault -> String.format(Locale.ROOT, "the %s %s", end.recordName(), fault)));
  }

  /** What is wrong with the bytes of a record, such as {@code is not UTF-8}. */
  Optional<String> ownFault(String text) {
    if (tooLong) {
      return Optional.of(String.format(Locale.ROOT, "is longer than %d bytes", maxRecordBytes));
    }
    if (text.indexOf('\uFFFD') < 0) {
      return Optional.empty();
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(held, from, to - from));
      return Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.of("is not UTF-8");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
