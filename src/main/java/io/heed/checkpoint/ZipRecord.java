package io.heed.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * An entry as the directory of a zip archive has it, or as the header before its bytes has it.
 *
 * <p>Source: <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</a>,
 * 4.3.7, 4.3.12 and 4.5.3.
 *
 * @param flags what the format calls general purpose bits
 * @param method of compression
 * @param compressed bytes in the archive
 * @param length bytes when taken out
 * @param headerAt where the header before its bytes is; 0 in that header
 * @param bytes of this record
 */
record ZipRecord(
    String name, int flags, int method, long compressed, long length, long headerAt, int bytes) {
  static final int DIRECTORY_SIGNATURE = 0x02014b50;
  static final int DIRECTORY_BYTES = 46;
  static final int HEADER_SIGNATURE = 0x04034b50;
  static final int HEADER_BYTES = 30;

  /** No name of an entry that torch writes is nearly as long. */
  static final int MAX_NAME_BYTES = 1024;

  private static final int ZIP64 = 1;
  private static final long ELSEWHERE = 0xffff_ffffL;

  /** Reads a record of the directory, at the position of {@code bytes}, and goes behind it. */
  static ZipRecord ofDirectory(ByteBuffer bytes, OpenFile file) {
    int at = bytes.position();
    if (bytes.remaining() < DIRECTORY_BYTES || bytes.getInt(at) != DIRECTORY_SIGNATURE) {
      throw file.error("byte %d of the directory of the zip archive begins no entry", at);
    }
    int nameBytes = Short.toUnsignedInt(bytes.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(bytes.getShort(at + 30));
    int whole =
        DIRECTORY_BYTES + nameBytes + extraBytes + Short.toUnsignedInt(bytes.getShort(at + 32));
    if (whole > bytes.remaining()) {
      throw file.error("the directory of the zip archive ends inside an entry");
    }
    String name = name(bytes, at + DIRECTORY_BYTES, nameBytes, file);
    ByteBuffer extra = zip64(bytes.slice(at + DIRECTORY_BYTES + nameBytes, extraBytes), name, file);
    // Of the fields that stand in the extra, the first stands first.
    long length = wide(bytes.getInt(at + 24), extra, name, file);
    long compressed = wide(bytes.getInt(at + 20), extra, name, file);
    long headerAt = wide(bytes.getInt(at + 42), extra, name, file);
    bytes.position(at + whole);
    return new ZipRecord(
        name,
        Short.toUnsignedInt(bytes.getShort(at + 8)),
        Short.toUnsignedInt(bytes.getShort(at + 10)),
        compressed,
        length,
        headerAt,
        whole);
  }

  /** Reads the header before an entry's bytes. */
  static ZipRecord ofHeader(long position, OpenFile file) {
    if (position < 0 || position > file.size() - HEADER_BYTES) {
      throw file.error("an entry of the zip archive is at %d, not in the file", position);
    }
    ByteBuffer fixed = file.read(position, HEADER_BYTES);
    if (fixed.getInt(0) != HEADER_SIGNATURE) {
      throw file.error("at byte %d there is no entry of the zip archive", position);
    }
    int nameBytes = Short.toUnsignedInt(fixed.getShort(26));
    int extraBytes = Short.toUnsignedInt(fixed.getShort(28));
    ByteBuffer rest = file.read(position + HEADER_BYTES, nameBytes + extraBytes);
    String name = name(rest, 0, nameBytes, file);
    ByteBuffer extra = zip64(rest.slice(nameBytes, extraBytes), name, file);
    long length = wide(fixed.getInt(22), extra, name, file);
    long compressed = wide(fixed.getInt(18), extra, name, file);
    return new ZipRecord(
        name,
        Short.toUnsignedInt(fixed.getShort(6)),
        Short.toUnsignedInt(fixed.getShort(8)),
        compressed,
        length,
        0,
        HEADER_BYTES + nameBytes + extraBytes);
  }

  private static String name(ByteBuffer bytes, int at, int length, OpenFile file) {
    if (length == 0 || length > MAX_NAME_BYTES) {
      throw file.error(
          "the name of an entry of the zip archive has %d bytes, expected 1 to %d",
          length, MAX_NAME_BYTES);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.slice(at, length)).toString();
    } catch (CharacterCodingException e) {
      throw file.error("the name of an entry of the zip archive is not UTF-8");
    }
  }

  /** The extra field with the numbers that are too large for the others; empty where none is. */
  private static ByteBuffer zip64(ByteBuffer extras, String name, OpenFile file) {
    ByteBuffer little = extras.order(ByteOrder.LITTLE_ENDIAN);
    while (little.remaining() >= 2 * Short.BYTES) {
      int id = Short.toUnsignedInt(little.getShort());
      int length = Short.toUnsignedInt(little.getShort());
      if (length > little.remaining()) {
        throw file.error("an extra field of %s ends behind the others", name);
      }
      if (id == ZIP64) {
        return little.slice(little.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      little.position(little.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(int narrow, ByteBuffer zip64, String name, OpenFile file) {
    long value = Integer.toUnsignedLong(narrow);
    if (value != ELSEWHERE) {
      return value;
    }
    if (zip64.remaining() < Long.BYTES) {
      throw file.error("%s has no zip64 field for a number that does not fit into 32 bits", name);
    }
    return zip64.getLong();
  }
}
