package io.heed.input;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** The lines, or CSV records, that start in a slice of a file. */
final class SliceLines implements Iterator<Line>, Closeable {
  private final FileSlice slice;
  private final LineFormat format;
  private final CountedStream stored;
  private final RecordReader records;
  private final CsvHeader header;
  private final QuotedLines quotedLines;
  private long unitsReported;
  private Line next;

  private SliceLines(FileSlice slice, LineFormat format, LineColumns columns, CountedStream stored)
      throws IOException {
    this.slice = slice;
    this.format = format;
    this.stored = stored;
    this.records = records(slice, format, stored);
    if (format.hasHeader()) {
      List<String> names = CsvHeader.names(records, slice.path());
      header = CsvHeader.of(names, columns.names(), slice.path());
      quotedLines = new QuotedLines(names, columns);
    } else {
      header = null;
      quotedLines = null;
    }
    if (slice.start() > 0) {
      // From the byte before, so that a record which begins with the slice is not passed over.
      records.passRest(slice.end());
      unitsReported = records.nextStart();
    }
  }

  /**
   * Opens a slice.
   *
   * @param columns the columns to find in the header of a CSV file
   * @throws InputException naming the file when it cannot be read, is of another format or ends
   *     inside a quoted cell, here and on every step
   */
  static SliceLines open(
      FileSlice slice, LineFormat format, LineColumns columns, Configuration configuration) {
    InputStream in = null;
    try {
      in = openAt(slice, configuration);
      return new SliceLines(slice, format, columns, new CountedStream(in));
    } catch (IOException e) {
      closeQuietly(in, e);
      throw unreadable(slice, e);
    } catch (RuntimeException e) {
      closeQuietly(in, e);
      throw e;
    }
  }

  /** The names in the header of a file that has one. */
  static List<String> header(FileSlice slice, LineFormat format, Configuration configuration) {
    try (InputStream in = openAt(slice, configuration)) {
      return CsvHeader.names(records(slice, format, new CountedStream(in)), slice.path());
    } catch (IOException e) {
      throw unreadable(slice, e);
    }
  }

  private static InputStream openAt(FileSlice slice, Configuration configuration)
      throws IOException {
    Path path = new Path(slice.path());
    FSDataInputStream in = path.getFileSystem(configuration).open(path);
    if (slice.start() > 0) {
      in.seek(slice.start() - 1);
    }
    return in;
  }

  private static RecordReader records(FileSlice slice, LineFormat format, CountedStream stored)
      throws IOException {
    RecordReader records =
        new RecordReader(
            slice.compression().decompress(stored),
            Math.max(0, slice.start() - 1),
            format.recordEnd(),
            RecordReader.MAX_RECORD_BYTES);
    if (slice.start() == 0) {
      FileStart start = records.passStart();
      Optional<String> foreign = start.foreign().or(() -> format.foreign(start.content()));
      if (foreign.isPresent()) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "cannot read %s as %s: it is %s",
                slice.path(),
                format.name().optionName(),
                foreign.get()));
      }
    }
    return records;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = read();
      } catch (IOException e) {
        throw unreadable(slice, e);
      }
    }
    return next != null;
  }

  @Override
  public Line next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Line line = next;
    next = null;
    return line;
  }

  private Line read() throws IOException {
    while (isMore() && records.next()) {
      if (!format.isRow(records)) {
        continue;
      }
      String text = records.text();
      Optional<String> fault = faultOfLines(text);
      if (fault.isPresent()) {
        records.rereadByLine(fault.get());
        continue;
      }
      return line(text);
    }
    requireWhole();
    return null;
  }

  /** A file that has become shorter since it was listed would lose rows in silence. */
  private void requireWhole() throws IOException {
    if (isCompressed()) {
      stored.transferTo(OutputStream.nullOutputStream());
    }
    if ((isCompressed() ? stored.count() : records.readTo()) < slice.end()) {
      throw new EOFException();
    }
  }

  private boolean isMore() {
    return isCompressed() || records.isInRecord() || records.nextStart() < slice.end();
  }

  private boolean isCompressed() {
    return slice.compression() != Compression.NONE;
  }

  /** Why a record of several lines is none, so that each line counts; empty for all others. */
  private Optional<String> faultOfLines(String text) {
    return quotedLines != null && records.spansLines()
        ? records.ownFault(text).or(() -> quotedLines.fault(text))
        : Optional.empty();
  }

  private Line line(String text) {
    long done = isCompressed() ? stored.count() : records.nextStart();
    long units = done - unitsReported;
    unitsReported = done;
    String fault = records.fault(text).orElse(null);
    return new Line(slice, records.start(), units, text, fault, header);
  }

  /** Some libraries say of a file that is cut short no more than that it ends. */
  private static InputException unreadable(FileSlice slice, IOException e) {
    String reason =
        e instanceof EOFException ? "it ends too early" : String.valueOf(e.getMessage());
    return new InputException(
        String.format(Locale.ROOT, "cannot read %s: %s", slice.path(), reason), e);
  }

  private static void closeQuietly(InputStream in, Exception cause) {
    if (in != null) {
      try {
        in.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
