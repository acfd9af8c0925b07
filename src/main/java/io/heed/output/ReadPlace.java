package io.heed.output;

import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.Path;

/**
 * Something that a run reads, and its output must therefore neither be, hold nor lie in.
 *
 * @param what for messages, such as {@code input}
 * @param path a file or directory
 */
public record ReadPlace(String what, Path path) {

  /** Requires both parts. */
  public ReadPlace {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(path, "path");
  }

  /** Files and directories of one table. */
  public static List<ReadPlace> all(String what, List<Path> paths) {
    return paths.stream().map(path -> new ReadPlace(what, path)).toList();
  }
}
