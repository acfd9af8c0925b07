package io.heed.checkpoint;

import java.nio.ByteBuffer;

/**
 * Where the directory of a zip archive is, which stands before the record at the archive's end.
 *
 * <p>Source: <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</a>,
 * 4.3.14 to 4.3.16; numbers in comments are its sections.
 *
 * @param position its first byte in the file
 * @param length its bytes
 * @param entries its entries
 */
record ZipDirectory(long position, int length, int entries) {
  /** Two for each tensor that is read from one file, and then some. */
  static final int MAX_ENTRIES = 1 << 18;

  static final int MAX_BYTES = 1 << 26;

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int MAX_COMMENT_BYTES = 0xffff;

  /** What an end record says. */
  private record End(long at, long disks, long here, long entries, long length, long position) {}

  /**
   * Finds the directory.
   *
   * @throws CheckpointException when there is none, or one that cannot be where it is said to be
   */
  static ZipDirectory find(OpenFile file) {
    int tailBytes = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
    long tailAt = file.size() - tailBytes;
    ByteBuffer tail = file.read(tailAt, tailBytes);
    int at = endIn(tail);
    if (at < 0) {
      throw file.error("the zip archive has no record at its end; it may be cut off");
    }
    End end = end(tail, at, tailAt + at);
    return checked(end64(file, end), file);
  }

  /** Where the record is whose comment is what is left of the file; -1 for nowhere. */
  private static int endIn(ByteBuffer tail) {
    for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END) {
        int comment = Short.toUnsignedInt(tail.getShort(at + 20));
        if (at + END_BYTES + comment == tail.limit()) {
          return at;
        }
      }
    }
    return -1;
  }

  /** 4.3.16. */
  private static End end(ByteBuffer bytes, int at, long position) {
    return new End(
        position,
        Short.toUnsignedInt(bytes.getShort(at + 4)) | Short.toUnsignedInt(bytes.getShort(at + 6)),
        Short.toUnsignedInt(bytes.getShort(at + 8)),
        Short.toUnsignedInt(bytes.getShort(at + 10)),
        Integer.toUnsignedLong(bytes.getInt(at + 12)),
        Integer.toUnsignedLong(bytes.getInt(at + 16)));
  }

  /** 4.3.14 and 4.3.15, which torch writes for every file: the same in wider fields. */
  private static End end64(OpenFile file, End end) {
    long locatorAt = end.at - LOCATOR_BYTES;
    if (locatorAt < 0) {
      return end;
    }
    ByteBuffer locator = file.read(locatorAt, LOCATOR_BYTES);
    if (locator.getInt(0) != LOCATOR) {
      return end;
    }
    long at = locator.getLong(8);
    if (at < 0 || at > locatorAt - END_64_BYTES) {
      throw file.error("the zip64 record is at %s, not before byte %d", at, locatorAt);
    }
    ByteBuffer wide = file.read(at, END_64_BYTES);
    if (wide.getInt(0) != END_64) {
      throw file.error("at byte %d there is no zip64 record", at);
    }
    End found =
        new End(
            at,
            wide.getInt(16) | wide.getInt(20),
            wide.getLong(24),
            wide.getLong(32),
            wide.getLong(40),
            wide.getLong(48));
    requireSame("entries", end.entries, 0xffff, found.entries, file);
    requireSame("bytes of the directory", end.length, 0xffff_ffffL, found.length, file);
    requireSame("start of the directory", end.position, 0xffff_ffffL, found.position, file);
    return found;
  }

  private static void requireSame(
      String what, long narrow, long elsewhere, long wide, OpenFile file) {
    if (narrow != elsewhere && narrow != wide) {
      throw file.error("%s of the zip archive: %d, and %d in its zip64 record", what, narrow, wide);
    }
  }

  private static ZipDirectory checked(End end, OpenFile file) {
    if (end.disks != 0 || end.here != end.entries) {
      throw file.error("the zip archive is one of several disks");
    }
    if (end.entries < 0 || end.entries > MAX_ENTRIES) {
      throw file.error("the zip archive has %d entries, the most are %d", end.entries, MAX_ENTRIES);
    }
    if (end.length < 0 || end.length > MAX_BYTES) {
      throw file.error(
          "the directory of the zip archive has %d bytes, the most are %d", end.length, MAX_BYTES);
    }
    if (end.position < 0 || end.position != end.at - end.length) {
      throw file.error(
          "the directory of the zip archive has %d bytes from %d on, but its end record is at %d",
          end.length, end.position, end.at);
    }
    return new ZipDirectory(end.position, (int) end.length, (int) end.entries);
  }
}
