package io.heed.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Local paths between Hadoop's and Java's types, and what Hadoop does not tell about them. */
final class LocalPaths {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int MOUNT_POINT_FIELD = 4;
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private LocalPaths() {}

  static Path of(org.apache.hadoop.fs.Path path) {
    return Path.of(path.toUri().getPath());
  }

  static org.apache.hadoop.fs.Path toHadoop(Path path) {
    return new org.apache.hadoop.fs.Path("file", "", path.toString());
  }

  /**
   * Whether another file system is mounted at {@code path}; false where the system is not Linux.
   */
  static boolean isMountPoint(Path path) throws IOException {
    if (!Files.isReadable(MOUNTS)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
      String wanted =
          new String(path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      return lines.anyMatch(line -> unescape(line.split(" ")[MOUNT_POINT_FIELD]).equals(wanted));
    }
  }

  private static String unescape(String field) {
    return OCTAL
        .matcher(field)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 8))));
  }
}
