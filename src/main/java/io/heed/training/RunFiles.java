package io.heed.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The directory of a run's state, wherever it is kept. Names are of files, or of a file in a
 * folder: {@code folder/file}. For several threads.
 */
public interface RunFiles {

  /** Starts a file, replacing one that is there, its folder made where it is missing. */
  OutputStream create(String name) throws IOException;

  InputStream open(String name) throws IOException;

  /** Reads {@code count} bytes from a position on, all of them or none. */
  void read(String name, long position, byte[] target, int count) throws IOException;

  long length(String name) throws IOException;

  boolean exists(String name) throws IOException;

  /** Names of the files and folders of a folder, or of the directory for the empty name. */
  List<String> list(String folder) throws IOException;

  /** Gives a file another name in its folder; whoever reads sees the whole file or none. */
  void rename(String from, String to) throws IOException;

  /** Removes a file or a folder, if there is one. */
  void delete(String name) throws IOException;

  /** What people call the directory. */
  String place();
}
