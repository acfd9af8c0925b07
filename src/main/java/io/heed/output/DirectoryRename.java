package io.heed.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Renames a directory in one step to a name that is free, and fails if it is not.
 *
 * <p>{@link FileSystem#rename} does not fail: it moves the directory <i>into</i> one that stands
 * there, and on local disks it copies where the system cannot rename.
 */
@FunctionalInterface
interface DirectoryRename {
  void rename(Path from, Path to) throws IOException;

  /** The rename of a file system in {@link Placement#ATOMIC}. */
  static DirectoryRename on(FileSystem files, Configuration configuration) throws IOException {
    if (OutputLocation.isLocal(files)) {
      return (from, to) ->
          Files.move(LocalPaths.of(from), LocalPaths.of(to), StandardCopyOption.ATOMIC_MOVE);
    }
    FileContext context = FileContext.getFileContext(files.getUri(), configuration);
    return context::rename;
  }
}
