package io.heed.input;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * What a whole file is compressed with. Files of several members or frames are read to the end;
 * zero bytes after a gzip or bzip2 member are no content.
 */
enum Compression {
  NONE(""),
  GZIP(".gz"),
  BZIP2(".bz2"),
  ZSTD(".zst");

  private final String suffix;

  Compression(String suffix) {
    this.suffix = suffix;
  }

  static Compression ofFileName(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    for (Compression compression : values()) {
      if (compression != NONE && lower.endsWith(compression.suffix)) {
        return compression;
      }
    }
    return NONE;
  }

  /** The file name without the suffix of this compression. */
  String strip(String fileName) {
    return fileName.substring(0, fileName.length() - suffix.length());
  }

  /**
   * The content of a compressed stream. {@code java.util.zip.GZIPInputStream} is not used: where a
   * stream's {@code available} is 0, as on object stores, it ends after the first member.
   */
  @SuppressWarnings("deprecation") // the builder of gzip streams is not in Spark 4.0's library
  InputStream decompress(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new CompressedMembers(in, GzipCompressorInputStream::new);
      case BZIP2 -> new CompressedMembers(in, BZip2CompressorInputStream::new);
      case ZSTD -> new ZstdInputStreamNoFinalizer(in);
    };
  }
}
