package io.heed.output;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one run to a directory that outlives runs, such as the state of a training, which a
 * later run goes on with. It is kept as that to an OUTPUT is, by {@link Lease}, in a hidden
 * directory beside.
 *
 * <p>Thread-safe.
 */
public final class DirectoryLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLease.class);

  private final FileSystem files;
  private final Path directory;
  private final Lease lease;
  private final ClosedAtShutdown shutdown = new ClosedAtShutdown(this::close);
  private boolean closed;

  private DirectoryLease(FileSystem files, Path directory, Lease lease) {
    this.files = files;
    this.directory = directory;
    this.lease = lease;
  }

  /**
   * Takes the lease of a directory, which need not exist; its parents are created.
   *
   * @param what the directory is, for messages
   * @param directory a path or URI; relative ones start in the working directory
   * @param places that the run reads
   * @throws OutputException the directory is, holds or lies in a place that is read, cannot be
   *     written beside, or belongs to another run that lives
   */
  public static DirectoryLease acquire(
      Configuration configuration, String what, String directory, List<ReadPlace> places) {
    OutputLocation location = OutputLocation.resolve(configuration, what, directory);
    FileSystem files = location.files();
    Path path = location.path();
    Staging staging = Staging.beside(path);
    Lease lease = null;
    try {
      location.requireApartFrom(places, configuration);
      OutputLocation.createDirectory(files, path.getParent());
      lease = Lease.acquire(files, what, path, staging);
      removeDead(files, path, lease);
    } catch (IOException | FSError e) {
      discard(files, staging, lease);
      throw new OutputException(
          String.format(
              Locale.ROOT, "cannot write %s %s: %s", what, path, OutputLocation.reason(e)),
          e);
    } catch (RuntimeException e) {
      discard(files, staging, lease);
      throw e;
    }
    DirectoryLease taken = new DirectoryLease(files, path, lease);
    taken.shutdown.begin();
    return taken;
  }

  private static void discard(FileSystem files, Staging staging, Lease lease) {
    if (lease != null) {
      lease.close();
    }
    staging.discard(files);
  }

  /** Those of runs to an OUTPUT of this name hold more than a lease, and are that OUTPUT's. */
  private static void removeDead(FileSystem files, Path path, Lease lease) throws IOException {
    for (Staging other : Staging.allBeside(files, path)) {
      boolean isOfLease = !files.exists(other.heed()) && !files.exists(other.replaced());
      if (!other.equals(lease.staging()) && isOfLease && lease.isDead(other)) {
        LOG.info("removing {}, which a dead run left", other.root());
        other.discard(files);
      }
    }
  }

  /** The directory, qualified, with the symbolic links of a local path followed. */
  public Path directory() {
    return directory;
  }

  /**
   * Requires that no other run took this one for dead.
   *
   * @throws OutputException the lease was removed
   */
  public void requireHeld() throws IOException {
    lease.requireHeld();
  }

  /** Whether the directory is this run's still; it is not where the run is being ended. */
  public synchronized boolean isHeld() throws IOException {
    return !closed && lease.isHeld();
  }

  /** Gives the directory free. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    shutdown.end();
    discard(files, lease.staging(), lease);
  }
}
