package io.heed.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads and writes whole small files, without Hadoop's {@code .crc} companions: people edit reports
 * and a stale checksum would make them unreadable.
 */
final class SmallFiles {
  /** More than any report has; a larger file is not one. */
  private static final int MAX_BYTES = 16 << 20;

  private SmallFiles() {}

  static void write(FileSystem files, Path path, String text) throws IOException {
    write(files, path, text.getBytes(StandardCharsets.UTF_8));
  }

  static void write(FileSystem files, Path path, byte[] content) throws IOException {
    try (OutputStream out = plain(files).create(path, true)) {
      out.write(content);
    } catch (FSError e) { // what Hadoop makes of a local disk that is full
      throw new IOException(OutputLocation.reason(e), e);
    }
  }

  /**
   * The file's bytes.
   *
   * @throws java.io.FileNotFoundException there is none
   */
  static byte[] read(FileSystem files, Path path) throws IOException {
    FileSystem plain = plain(files);
    try (FSDataInputStream in = plain.open(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException(
            String.format(Locale.ROOT, "%s is larger than %d bytes", path, MAX_BYTES));
      }
      return bytes;
    }
  }

  private static FileSystem plain(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }
}
