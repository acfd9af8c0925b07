package io.heed.input;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the first bytes of a file say of it: files of another kind than their name tells would give
 * rows that are none, or hide all that they hold behind a few rejected lines.
 */
final class FileStart {
  /** Bytes that are looked at. */
  static final int BYTES = 512;

  /** How files of a kind begin; the characters are bytes. */
  private record Signature(String bytes, String kind) {}

  private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";
  private static final String UTF_16 = "UTF-16, and has to be UTF-8 (iconv converts it)";
  private static final String UTF_32 = "UTF-32, and has to be UTF-8 (iconv converts it)";

  private static final List<Signature> FOREIGN =
      List.of(
          new Signature("\u00FF\u00FE\0\0", UTF_32),
          new Signature("\0\0\u00FE\u00FF", UTF_32),
          new Signature("\u00FF\u00FE", UTF_16),
          new Signature("\u00FE\u00FF", UTF_16),
          new Signature("\u001F\u008B\b", compressed("gzip", ".gz")),
          new Signature("BZh91AY&SY", compressed("bzip2", ".bz2")),
          new Signature("\u0028\u00B5\u002F\u00FD", compressed("Zstandard", ".zst")),
          new Signature("\u00FD7zXZ\0", "xz data, which is not read"),
          new Signature("PK\u0003\u0004", "a zip archive, such as an Excel workbook"),
          new Signature("PAR1\u0015", "Parquet (--input-format parquet, or a name in .parquet)"),
          new Signature("Obj\u0001", "Avro, which is not read"),
          new Signature("ORC\b", "ORC, which is not read"),
          new Signature(
              "version https://git-lfs.github.com/spec/",
              "a Git LFS pointer to the file (git lfs pull fetches it)"));

  private final String start;
  private final int markBytes;

  private FileStart(String start) {
    this.start = start;
    this.markBytes = start.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
  }

  static FileStart of(byte[] bytes, int length) {
    return new FileStart(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
  }

  private static String compressed(String kind, String suffix) {
    return String.format(
        Locale.ROOT, "%s data, which is read where the name ends in %s", kind, suffix);
  }

  /** The length of the byte order mark of UTF-8 that the file begins with, or 0. */
  int markBytes() {
    return markBytes;
  }

  /** What the file is when it cannot be read by lines: ends the sentence "it is …". */
  Optional<String> foreign() {
    for (Signature signature : FOREIGN) {
      if (start.startsWith(signature.bytes(), markBytes)) {
        return Optional.of(signature.kind());
      }
    }
    return wide();
  }

  /** The first characters that are not white space, in lower case. */
  String content() {
    return start.substring(markBytes).stripLeading().toLowerCase(Locale.ROOT);
  }

  /** An encoding without a byte order mark, by the zero bytes of its first ASCII characters. */
  private Optional<String> wide() {
    if (start.length() < Integer.BYTES) {
      return Optional.empty();
    }
    int zeros = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      zeros = 2 * zeros + (start.charAt(i) == 0 ? 1 : 0);
    }
    return switch (zeros) {
      case 0b0101, 0b1010 -> Optional.of(UTF_16);
      case 0b0111, 0b1110 -> Optional.of(UTF_32);
      default -> Optional.empty();
    };
  }

  /** What a file is that begins with markup. */
  static Optional<String> markup(String content) {
    if (content.startsWith("<!doctype html") || content.startsWith("<html")) {
      return Optional.of("an HTML page");
    }
    return content.startsWith("<?xml") ? Optional.of("an XML document") : Optional.empty();
  }
}
