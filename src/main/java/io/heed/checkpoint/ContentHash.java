package io.heed.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** SHA-256 over the names and contents of files. */
final class ContentHash {
  private static final int BUFFER_BYTES = 1 << 20;

  private ContentHash() {}

  /** The hash of {@code files}, by name, as 64 hexadecimal digits. */
  static String of(SortedMap<String, Path> files) {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (Map.Entry<String, Path> file : files.entrySet()) {
      byte[] name = file.getKey().getBytes(StandardCharsets.UTF_8);
      digest.update(length(name.length));
      digest.update(name);
      try (InputStream in = Files.newInputStream(file.getValue())) {
        // Lengths before contents keep two different sets of files from reading as one stream.
        digest.update(length(Files.size(file.getValue())));
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      } catch (IOException e) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "%s cannot be read: %s", file.getKey(), e), e);
      }
    }
    return Sha256.text(digest);
  }

  private static byte[] length(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
