package io.heed.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * The files of one corpus, by flat names, wherever they are kept. Implementations check each name
 * by {@link #requireName} and may be used by several threads.
 */
public interface CorpusFiles {
  /** Starts a file, replacing one that is there. */
  OutputStream create(String name) throws IOException;

  /** Whether there is such a file. */
  boolean exists(String name) throws IOException;

  /**
   * Size of a file, in bytes.
   *
   * @throws java.io.FileNotFoundException or another {@link IOException} when there is none
   */
  long length(String name) throws IOException;

  /**
   * Reads bytes of a file from a position on, all of them or none.
   *
   * @param position of the first byte, from 0
   * @param target where they go, from its start
   * @param count how many, at most {@code target.length}
   * @throws java.io.EOFException when the file ends earlier
   */
  void read(String name, long position, byte[] target, int count) throws IOException;

  /**
   * The name, which is plain: lower-case letters, digits, and hyphens and single dots inside.
   *
   * @throws IllegalArgumentException when it is not
   */
  static String requireName(String name) {
    if (!PlainName.PATTERN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a file of a corpus is named by lower-case letters, digits, hyphens and single dots,"
                  + " not \"%s\"",
              name));
    }
    return name;
  }
}
