package io.heed.train;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory and the file system it is of, without Hadoop's {@code .crc} companions: the files of
 * a run and of a corpus have hashes of their own, and a model is copied as a folder. For several
 * threads.
 */
final class HadoopDirectory {
  private final FileSystem files;
  private final Path path;

  /**
   * A directory that may have to be made.
   *
   * @param directory a path or URI
   */
  HadoopDirectory(String directory, Configuration configuration) throws IOException {
    this(new Path(directory), configuration);
  }

  /** A directory that may have to be made. */
  HadoopDirectory(Path given, Configuration configuration) throws IOException {
    FileSystem store = given.getFileSystem(configuration);
    path = store.makeQualified(given);
    files = store instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : store;
  }

  FileSystem files() {
    return files;
  }

  Path path() {
    return path;
  }

  /** A file or folder below, by a name that was checked. */
  Path file(String name) {
    return new Path(path, name);
  }

  boolean isLocal() {
    return "file".equals(files.getUri().getScheme());
  }

  /** Starts a file, its folder made where it is missing; what cannot be written is named. */
  OutputStream create(Path file) throws IOException {
    return new NamedOutput(files.create(file, true), file);
  }

  /** Reads {@code count} bytes from a position on; opens the file, so that nothing stays open. */
  void read(Path file, long position, byte[] target, int count) throws IOException {
    try (FSDataInputStream in = files.open(file)) {
      in.readFully(position, target, 0, count);
    } catch (EOFException e) {
      throw (EOFException)
          new EOFException(
                  String.format(
                      Locale.ROOT,
                      "%d bytes at %d are wanted of a file of %d (%s)",
                      count,
                      position,
                      files.getFileStatus(file).getLen(),
                      file.getName()))
              .initCause(e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
