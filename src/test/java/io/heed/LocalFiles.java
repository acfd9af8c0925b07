package io.heed;

import org.apache.hadoop.fs.LocalFileSystem;

/** {@link RawLocalFiles} with checksums; {@code core-site.xml} gives it to all tests. */
public final class LocalFiles extends LocalFileSystem {

  /** As Hadoop makes it. */
  public LocalFiles() {
    super(new RawLocalFiles());
  }
}
