package io.heed.output;

import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How the result of a run takes the place of what stands at OUTPUT. */
interface Placement {
  /**
   * Moves what stands at {@code output} to {@link Staging#replaced} and {@link Staging#data} to
   * {@code output}. What is moved when this fails, {@link #undoUnfinished} brings back.
   */
  void place(Staging staging, Path output) throws IOException;

  /** Undoes a {@link #place} that failed, or whose run died in it; otherwise does nothing. */
  void undoUnfinished(Staging staging, Path output) throws IOException;

  /** File systems whose rename of a directory is one step that others see whole or not at all. */
  Set<String> ATOMIC = Set.of("file", "hdfs", "webhdfs", "swebhdfs");

  /**
   * The placement that fits the store of {@code directory}.
   *
   * @param directory exists
   */
  static Placement on(FileSystem files, Path directory, Configuration configuration)
      throws IOException {
    String scheme = files.resolvePath(directory).toUri().getScheme();
    return ATOMIC.contains(scheme)
        ? new AtomicPlacement(files, DirectoryRename.on(files, configuration))
        : new FileByFilePlacement(files);
  }
}
