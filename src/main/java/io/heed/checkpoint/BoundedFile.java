package io.heed.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Files that are read whole, and are refused where they are larger than any that is known. */
final class BoundedFile {
  private static final int MAX_BYTES = 64 << 20;

  private BoundedFile() {}

  /**
   * The content of a file.
   *
   * @param name what errors call it
   * @throws CheckpointException when it is larger than what is read, or cannot be read
   */
  static byte[] read(Path file, String name) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "the file has %d bytes, more than the %d that are read (%s)",
                size,
                MAX_BYTES,
                name));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** The same of a file whose length is not known before its end. */
  static byte[] read(InputStream in, String name) {
    try {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "the file has more than the %d bytes that are read (%s)",
                MAX_BYTES,
                name));
      }
      return content;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** What is told of a file that cannot be read. */
  static CheckpointException unreadable(String name, IOException cause) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s cannot be read: %s", name, cause), cause);
  }
}
