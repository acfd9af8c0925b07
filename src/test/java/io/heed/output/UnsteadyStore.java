package io.heed.output;

import io.heed.LocalStore;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Stands for an object store: a scheme without atomic rename, over a local directory, that stops
 * changing anything after a set number of changes, as if the driver had died.
 */
public final class UnsteadyStore extends LocalStore {
  static final String SCHEME = "unsteady";

  private static final AtomicInteger CHANGES_LEFT = new AtomicInteger(Integer.MAX_VALUE);

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.%s.impl".formatted(SCHEME), UnsteadyStore.class.getName());
    return configuration;
  }

  static void dieAfter(int changes) {
    CHANGES_LEFT.set(changes);
  }

  static void live() {
    CHANGES_LEFT.set(Integer.MAX_VALUE);
  }

  private static void change() throws IOException {
    if (CHANGES_LEFT.getAndUpdate(left -> left == 0 ? 0 : left - 1) == 0) {
      throw new IOException("the store is gone");
    }
  }

  /** As Hadoop makes it. */
  public UnsteadyStore() {
    super(SCHEME);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    change();
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change();
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    change();
    return super.delete(path, recursive);
  }
}
