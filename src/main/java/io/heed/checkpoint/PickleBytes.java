package io.heed.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The bytes of a pickle, read from front to back, never beyond their end. */
final class PickleBytes {
  /** No name of a tensor, module or file is longer. */
  static final int MAX_STRING_BYTES = 4096;

  /** Longest integer that is a long. */
  private static final int MAX_INTEGER_BYTES = Long.BYTES;

  private final ByteBuffer bytes;
  private final OpenFile file;

  /** Where the opcode stands whose arguments are read. */
  private int opcodeAt;

  /**
   * Pickled bytes.
   *
   * @param bytes little-endian, from position 0 on
   * @param file that errors name
   */
  PickleBytes(ByteBuffer bytes, OpenFile file) {
    this.bytes = bytes;
    this.file = file;
  }

  /** The next opcode. */
  PickleOpcode opcode() {
    opcodeAt = bytes.position();
    int code = unsignedByte();
    return PickleOpcode.of(code)
        .orElseThrow(() -> error("opcode 0x%02x is none of pickle's", code));
  }

  int unsignedByte() {
    return Byte.toUnsignedInt(need(1).get());
  }

  int unsignedShort() {
    return Short.toUnsignedInt(need(Short.BYTES).getShort());
  }

  int signedInt() {
    return need(Integer.BYTES).getInt();
  }

  long unsignedInt() {
    return Integer.toUnsignedLong(signedInt());
  }

  long signedLong() {
    return need(Long.BYTES).getLong();
  }

  /** A two's complement integer of so many bytes. */
  long integer(int length) {
    if (length > MAX_INTEGER_BYTES) {
      throw error("an integer of %d bytes, the most is %d", length, MAX_INTEGER_BYTES);
    }
    need(length);
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= Byte.toUnsignedLong(bytes.get()) << Byte.SIZE * i;
    }
    int unused = Long.SIZE - Byte.SIZE * length;
    return length == 0 ? 0 : value << unused >> unused;
  }

  /** A string of so many bytes of UTF-8. */
  String text(long length) {
    if (length > MAX_STRING_BYTES) {
      throw error("a string of %d bytes, the most is %d", length, MAX_STRING_BYTES);
    }
    ByteBuffer utf8 = need(length).slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw error("a string that is not UTF-8");
    }
  }

  /** The bytes before the next line feed, which is passed over. */
  String line() {
    int from = bytes.position();
    int end = from;
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    need(end + 1L - from);
    String line = text(end - (long) from);
    bytes.get();
    return line;
  }

  /** Whether all have been read. */
  boolean atEnd() {
    return !bytes.hasRemaining();
  }

  /** Asks that so many bytes are left, and gives all that are. */
  ByteBuffer need(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw error(
          "%s bytes are asked for, %d are left", Long.toUnsignedString(count), bytes.remaining());
    }
    return bytes;
  }

  /** An error at the opcode that was read last. */
  CheckpointException error(String format, Object... values) {
    return file.error(
        "%s, at byte %d of data.pkl", String.format(Locale.ROOT, format, values), opcodeAt);
  }
}
