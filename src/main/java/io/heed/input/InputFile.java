package io.heed.input;

import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A file of the input, as the driver lists it.
 *
 * @param status its qualified path, its bytes as stored and, where that is known, where they are
 * @param name the path below the input, which ids are made of
 */
record InputFile(FileStatus status, String name) {

  /** A file that is named by its path below a directory. */
  static InputFile below(Path base, FileStatus status) {
    return new InputFile(status, nameBelow(base, status.getPath()));
  }

  /** The path of a file relative to a directory above it, without any encoding. */
  static String nameBelow(Path base, Path file) {
    String parent = base.toUri().getPath();
    String prefix = parent.endsWith(Path.SEPARATOR) ? parent : parent + Path.SEPARATOR;
    String path = file.toUri().getPath();
    return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
  }

  Path path() {
    return status.getPath();
  }

  long length() {
    return status.getLen();
  }

  BlockLocation[] blocks() {
    return status instanceof LocatedFileStatus located && located.getBlockLocations() != null
        ? located.getBlockLocations()
        : new BlockLocation[0];
  }

  Compression compression() {
    return Compression.ofFileName(path().getName());
  }
}
