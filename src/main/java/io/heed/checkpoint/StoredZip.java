package io.heed.checkpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a zip archive in which nothing is compressed, and where in the file their bytes
 * are. What the directory says of an entry and what stands before and behind its bytes has to
 * agree, and the entries fill the file up to the directory, without holes and without overlap.
 * Checksums are not looked at.
 */
final class StoredZip {
  private static final int STORED = 0;

  /** Sizes stand behind the bytes, which is how torch writes, and names are UTF-8. */
  private static final int DESCRIBED_BEHIND = 1 << 3;

  private static final int KNOWN_FLAGS = DESCRIBED_BEHIND | 1 << 11;
  private static final int ENCRYPTED = 1 | 1 << 6 | 1 << 13;

  private static final int DESCRIPTOR = 0x08074b50;
  private static final int DESCRIPTOR_BYTES = 16;
  private static final int WIDE_DESCRIPTOR_BYTES = 24;

  private final OpenFile file;
  private final ZipDirectory directory;

  private StoredZip(OpenFile file, ZipDirectory directory) {
    this.file = file;
    this.directory = directory;
  }

  /** The bytes of an entry in the file. */
  record Entry(long position, long length) {}

  /** All that an entry takes of the file, header and descriptor included. */
  private record Span(String name, long begin, long end) {}

  /**
   * Reads the directory of a file.
   *
   * @return the entries by name, in the directory's order
   * @throws CheckpointException naming the rule, the entry and the file
   */
  static Map<String, Entry> read(OpenFile file) {
    return new StoredZip(file, ZipDirectory.find(file)).entries();
  }

  private Map<String, Entry> entries() {
    ByteBuffer records = file.read(directory.position(), directory.length());
    Map<String, Entry> entries = new LinkedHashMap<>();
    List<Span> spans = new ArrayList<>();
    while (records.hasRemaining()) {
      if (entries.size() == directory.entries()) {
        throw file.error("the directory of the zip archive goes on after its last entry");
      }
      ZipRecord record = ZipRecord.ofDirectory(records, file);
      requireStored(record);
      Entry entry = entry(record);
      if (entries.put(record.name(), entry) != null) {
        throw file.error("%s stands twice in the zip archive", record.name());
      }
      spans.add(span(record, entry));
    }
    if (entries.size() != directory.entries()) {
      throw file.error(
          "the directory of the zip archive has %d entries, expected %d",
          entries.size(), directory.entries());
    }
    requireCovered(spans);
    return entries;
  }

  private void requireStored(ZipRecord record) {
    if ((record.flags() & ENCRYPTED) != 0) {
      throw file.error("%s is encrypted in the zip archive", record.name());
    }
    if ((record.flags() & ~KNOWN_FLAGS) != 0) {
      throw file.error(
          "%s has the flags 0x%04x, not those of torch", record.name(), record.flags());
    }
    if (record.method() != STORED) {
      throw file.error(
          "%s is compressed in the zip archive, by method %d; torch.save compresses nothing",
          record.name(), record.method());
    }
    if (record.compressed() != record.length()) {
      throw file.error(
          "%s is stored, but has %d bytes in the zip archive and %d outside of it",
          record.name(), record.compressed(), record.length());
    }
  }

  private Entry entry(ZipRecord record) {
    ZipRecord header = ZipRecord.ofHeader(record.headerAt(), file);
    if (!header.name().equals(record.name())) {
      throw file.error(
          "%s of the directory of the zip archive is called %s before its bytes",
          record.name(), header.name());
    }
    if (header.method() != record.method() || header.flags() != record.flags()) {
      throw file.error("%s has other flags before its bytes than in the directory", record.name());
    }
    boolean behind = (record.flags() & DESCRIBED_BEHIND) != 0;
    boolean silent = behind && header.length() == 0 && header.compressed() == 0;
    boolean same = header.length() == record.length() && header.compressed() == record.compressed();
    if (!silent && !same) {
      throw file.error(
          "%s has %d bytes, but %d as it says before them",
          record.name(), record.length(), header.length());
    }
    long position = record.headerAt() + header.bytes();
    if (record.length() < 0 || record.length() > directory.position() - position) {
      throw file.error(
          "%s of %s bytes from byte %d on does not end before the directory of the zip archive",
          record.name(), Long.toUnsignedString(record.length()), position);
    }
    return new Entry(position, record.length());
  }

  private Span span(ZipRecord record, Entry entry) {
    long end = entry.position() + entry.length();
    boolean behind = (record.flags() & DESCRIBED_BEHIND) != 0;
    return new Span(record.name(), record.headerAt(), behind ? described(record, end) : end);
  }

  /** The end of the descriptor, which has to say what the directory does. */
  private long described(ZipRecord record, long at) {
    int most = (int) Math.min(WIDE_DESCRIPTOR_BYTES, directory.position() - at);
    ByteBuffer bytes = file.read(at, most);
    if (most >= DESCRIPTOR_BYTES && bytes.getInt(0) == DESCRIPTOR) {
      long length = record.length();
      // The wide one first: of no bytes, both begin alike.
      if (most == WIDE_DESCRIPTOR_BYTES
          && bytes.getLong(8) == length
          && bytes.getLong(16) == length) {
        return at + WIDE_DESCRIPTOR_BYTES;
      }
      if (Integer.toUnsignedLong(bytes.getInt(8)) == length
          && Integer.toUnsignedLong(bytes.getInt(12)) == length) {
        return at + DESCRIPTOR_BYTES;
      }
    }
    throw file.error(
        "behind %s there is no descriptor of its %d bytes", record.name(), record.length());
  }

  /** An entry that is said to begin too early or too late leaves a hole, if it overlaps none. */
  private void requireCovered(List<Span> spans) {
    spans.sort(Comparator.comparingLong(Span::begin));
    Span last = new Span("the beginning", 0, 0);
    spans.add(new Span("the directory", directory.position(), directory.position()));
    for (Span span : spans) {
      if (span.begin < last.end) {
        throw file.error(
            "%s begins at %d, but %s ends at %d: entries must not overlap",
            span.name, span.begin, last.name, last.end);
      }
      if (span.begin > last.end) {
        throw file.error(
            "%d bytes between %s and %s belong to no entry of the zip archive",
            span.begin - last.end, last.name, span.name);
      }
      last = span;
    }
  }
}
