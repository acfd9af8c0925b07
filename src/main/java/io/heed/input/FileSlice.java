package io.heed.input;

import java.io.Serializable;

/** A range of a file; the records that start in it belong to it. */
final class FileSlice implements Serializable {
  private final String path;
  private final String name;
  private final long start;
  private final long end;

  FileSlice(String path, String name, long start, long end) {
    this.path = path;
    this.name = name;
    this.start = start;
    this.end = end;
  }

  static FileSlice whole(InputFile file) {
    return new FileSlice(file.path().toString(), file.name(), 0, file.length());
  }

  /** The qualified path of the file. */
  String path() {
    return path;
  }

  /** The name of the file below the input. */
  String name() {
    return name;
  }

  /** First byte of the range. */
  long start() {
    return start;
  }

  /** The byte after the range. */
  long end() {
    return end;
  }

  Compression compression() {
    return Compression.ofFileName(name);
  }
}
