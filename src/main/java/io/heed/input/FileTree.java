package io.heed.input;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The directories and files of a file system, with what links among them lead to. */
interface FileTree {
  /** What stands in a directory. */
  interface Entry {
    Path path();

    /** Whether this is a link, to a file or to a directory. */
    boolean isLink();

    /**
     * What is there, through links.
     *
     * @throws InputException when it leads nowhere, or to something that is no file or directory
     */
    FileStatus status() throws IOException;
  }

  /** The tree that a file system holds. */
  static FileTree of(FileSystem files) {
    return "file".equals(files.getUri().getScheme()) ? new LocalTree() : new HadoopTree(files);
  }

  /**
   * What is at a path, through links.
   *
   * @throws java.io.FileNotFoundException when nothing is there
   */
  FileStatus status(Path path) throws IOException;

  /** The entries of a directory, ordered by name. */
  List<Entry> entries(Path directory) throws IOException;

  /** The one path that all links to a file or a directory lead to. */
  Path real(Path path) throws IOException;

  /** A path in a directory. A name may hold a colon, which begins no scheme. */
  static Path child(Path directory, String name) {
    return new Path(directory, new Path(null, null, name));
  }
}
