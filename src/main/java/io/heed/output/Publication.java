package io.heed.output;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run's way to OUTPUT: everything is written into a hidden staging directory beside it and put
 * in its place at the end, as a whole or not at all.
 *
 * <pre>{@code
 * try (Publication publication = Publication.begin(configuration, output, policy, places)) {
 *   result.write().parquet(publication.data().toString());
 *   publication.publish(rejectedTable, rejectedFiles, report.toJson());
 * }
 * }</pre>
 *
 * <p>A published OUTPUT holds the Parquet files, {@code _heed/} with the report and the rejected
 * rows, and {@code _SUCCESS}, which says that it is complete. On HDFS and local disks it appears by
 * one rename. On object stores files arrive one by one, {@code _SUCCESS} last.
 *
 * <p>Until then OUTPUT is untouched. A run that dies leaves its staging, which the next run to the
 * same OUTPUT removes; {@code Lease} tells dead runs from live ones and admits one at a time.
 *
 * <p>All failures are {@link OutputException}s. Thread-safe.
 */
public final class Publication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  private static final String OUTPUT = "output";
  private static final String NAME_PART = "[A-Za-z0-9][A-Za-z0-9._-]*";
  private static final Pattern FILE_NAME = Pattern.compile(NAME_PART + "(/" + NAME_PART + ")*");

  private final FileSystem files;
  private final Path output;
  private final OverwritePolicy policy;
  private final Placement placement;
  private final Staging staging;
  private final Lease lease;
  private final ClosedAtShutdown shutdown = new ClosedAtShutdown(this::close);
  private boolean closed;

  /** Whether the staging holds what stood at OUTPUT, and must stay. */
  private boolean holdsReplaced;

  private Publication(
      OutputLocation location,
      OverwritePolicy policy,
      Placement placement,
      Staging staging,
      Lease lease) {
    this.files = location.files();
    this.output = location.path();
    this.policy = policy;
    this.placement = placement;
    this.staging = staging;
    this.lease = lease;
  }

  /**
   * Makes every check that can be made before work, removes the staging of dead runs and creates
   * this run's. Missing parent directories are created.
   *
   * @param output a path or URI; relative ones start in the working directory
   * @param places files and directories that the run reads; of a glob, its longest part without a
   *     wildcard
   * @throws OutputException OUTPUT exists and may not be replaced, cannot be written, is, holds or
   *     lies in a place that is read, or is being written by another run
   */
  public static Publication begin(
      Configuration configuration, String output, OverwritePolicy policy, List<ReadPlace> places) {
    OutputLocation location = OutputLocation.resolve(configuration, OUTPUT, output);
    FileSystem files = location.files();
    Path path = location.path();
    Staging staging = Staging.beside(path);
    Lease lease = null;
    try {
      location.requireApartFrom(places, configuration);
      if (Staging.allBeside(files, path).isEmpty()) {
        StandingOutput.requireReplaceable(files, path, policy);
      }
      OutputLocation.createDirectory(files, path.getParent());
      lease = Lease.acquire(files, OUTPUT, path, staging);
      Placement placement = Placement.on(files, path.getParent(), configuration);
      removeDeadStaging(files, path, lease, placement);
      // Not before: a run that died may have left OUTPUT half replaced.
      StandingOutput.requireReplaceable(files, path, policy);
      OutputLocation.createDirectory(files, staging.rejected());
      OutputLocation.createDirectory(files, staging.heed());
      Publication publication = new Publication(location, policy, placement, staging, lease);
      publication.shutdown.begin();
      return publication;
    } catch (IOException | RuntimeException | FSError e) {
      if (lease != null) {
        lease.close();
      }
      staging.discard(files);
      throw failure(path, e);
    }
  }

  /** Where OUTPUT is, qualified, with the symbolic links of a local path followed. */
  public Path output() {
    return output;
  }

  /** Where Spark writes the result; does not exist until then. */
  public Path data() {
    return staging.data();
  }

  /**
   * Takes what was written to {@link #data} from there, so that it can be read while it is written
   * anew.
   *
   * @return where it is until the end of the run
   */
  public synchronized Path setAside() {
    requireOpen();
    try {
      move(staging.data(), staging.aside());
      return staging.aside();
    } catch (IOException | FSError e) {
      throw failure(output, e);
    }
  }

  /** An existing directory for the rejected side files of task attempts. */
  public Path rejectedSide() {
    return staging.rejected();
  }

  /** An existing directory for whatever else shall be published under {@code _heed}. */
  public Path heed() {
    return staging.heed();
  }

  /**
   * Adds a file to {@link #heed}.
   *
   * @param name path below it, such as {@code plots/loss.png}; every part begins with a letter or a
   *     digit and has only these, dots, dashes and underscores
   * @throws IllegalArgumentException for any other name
   */
  public synchronized void addFile(String name, byte[] content) {
    requireOpen();
    if (!FILE_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name for a published file: " + name);
    }
    try {
      Path file = new Path(staging.heed(), name);
      OutputLocation.createDirectory(files, file.getParent());
      SmallFiles.write(files, file, content);
    } catch (IOException | FSError e) {
      throw failure(output, e);
    }
  }

  /**
   * Moves finished side files from {@link #rejectedSide} to a directory below {@link #heed}, for a
   * second table whose rows can be rejected.
   */
  public synchronized void keepRejected(
      String directory, RejectedTable table, Collection<String> rejectedFiles) {
    requireOpen();
    try {
      addRejected(new Path(staging.heed(), directory), table, rejectedFiles);
    } catch (IOException | FSError e) {
      throw failure(output, e);
    }
  }

  /**
   * Publishes the result, the rejected rows and the report, then {@code _SUCCESS}.
   *
   * @param rejectedFiles names, in {@link #rejectedSide}, of the files that successful task
   *     attempts finished; all others are dropped. Without any, an empty file with the columns of
   *     {@code table} is published.
   */
  public synchronized void publish(
      RejectedTable table, Collection<String> rejectedFiles, String reportJson) {
    requireOpen();
    try {
      lease.requireHeld();
      if (!files.exists(staging.data())) {
        throw new IllegalStateException("no result was written to " + staging.data());
      }
      removeLeftovers();
      addHeed(table, rejectedFiles, reportJson);
      SmallFiles.write(files, new Path(staging.data(), OwnFiles.SUCCESS), "");
      place();
    } catch (IOException | FSError e) {
      throw failure(output, e);
    }
  }

  /**
   * Publishes only {@code _heed}, without {@code _SUCCESS}, for a run that rejected too many rows.
   * The next run may replace it without {@link OverwritePolicy#REPLACE}. Where a result stands at
   * OUTPUT it stays, and {@code _heed} goes to {@code OUTPUT.rejected}.
   *
   * @param reportJson says {@code "complete": false}
   * @return the directory that holds {@code _heed}
   */
  public synchronized Path publishRejectedOnly(
      RejectedTable table, Collection<String> rejectedFiles, String reportJson) {
    requireOpen();
    try {
      lease.requireHeld();
      files.delete(staging.data(), true);
      OutputLocation.createDirectory(files, staging.data());
      addHeed(table, rejectedFiles, reportJson);
      if (StandingOutput.at(files, output) == StandingOutput.RESULT) {
        return placeBeside(Staging.sibling(output, output.getName() + ".rejected"));
      }
      place();
      return output;
    } catch (IOException | FSError e) {
      throw failure(output, e);
    }
  }

  /** Nothing of a result is at stake here: what stands there are the rejected rows of a run. */
  private Path placeBeside(Path target) throws IOException {
    StandingOutput.requireReplaceable(files, target, OverwritePolicy.REFUSE);
    files.delete(target, true);
    move(staging.data(), target);
    close();
    return target;
  }

  /** Removes the staging. Without a publication before, OUTPUT is as it was. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    shutdown.end();
    lease.close();
    if (!holdsReplaced) {
      staging.discard(files);
    }
  }

  private void place() throws IOException {
    StandingOutput standing = StandingOutput.at(files, output);
    standing.requireReplaceable(output, policy);
    if (standing == StandingOutput.RESULT || standing == StandingOutput.REJECTED_ONLY) {
      keepForeign();
    }
    lease.requireHeld();
    try {
      placement.place(staging, output);
    } catch (IOException | RuntimeException | FSError e) {
      undo(e);
      throw e;
    }
    close();
  }

  /** What somebody else has put there while the run went on is moved beside it, not deleted. */
  private void keepForeign() throws IOException {
    String name = staging.root().getName();
    String run = name.substring(name.lastIndexOf('-'));
    Path kept = Staging.sibling(output, output.getName() + ".kept" + run);
    Optional<Path> foreign = OwnFiles.foreign(files, output);
    for (int number = 1; foreign.isPresent(); number++) {
      OutputLocation.createDirectory(files, kept);
      String numbered = number + "-" + foreign.get().getName();
      Path place = Staging.sibling(new Path(kept, "beside"), numbered);
      move(foreign.get(), place);
      LOG.warn(
          "{}, which is not Heed's, was put into the output: moved to {}", foreign.get(), place);
      foreign = OwnFiles.foreign(files, output);
    }
  }

  private void undo(Throwable failure) {
    try {
      placement.undoUnfinished(staging, output);
    } catch (IOException | RuntimeException | FSError e) {
      failure.addSuppressed(e);
      holdsReplaced = true;
      LOG.error(
          "{} could not be put back and stays in {}; the next run to {} tries again",
          output,
          staging.replaced(),
          output);
    }
  }

  /** What Spark's committers leave beside the data files. */
  private void removeLeftovers() throws IOException {
    for (FileStatus entry : files.listStatus(staging.data())) {
      String name = entry.getPath().getName();
      if (name.startsWith("_") && !name.contains("=")) {
        files.delete(entry.getPath(), true);
      }
    }
  }

  private void addHeed(RejectedTable table, Collection<String> rejectedFiles, String reportJson)
      throws IOException {
    addRejected(new Path(staging.heed(), "rejected"), table, rejectedFiles);
    SmallFiles.write(files, new Path(staging.heed(), OwnFiles.REPORT), reportJson);
    move(staging.heed(), new Path(staging.data(), OwnFiles.HEED));
  }

  private void addRejected(Path rejected, RejectedTable table, Collection<String> rejectedFiles)
      throws IOException {
    OutputLocation.createDirectory(files, rejected);
    if (rejectedFiles.isEmpty()) {
      table.writeEmpty(files.getConf(), rejected);
    }
    for (String name : rejectedFiles) {
      if (!RejectedTable.isSideFile(name)) {
        throw new IllegalArgumentException("not the name of a side file: " + name);
      }
      move(new Path(staging.rejected(), name), new Path(rejected, name));
    }
  }

  private void move(Path from, Path to) throws IOException {
    if (files.exists(to) || !files.rename(from, to)) {
      throw new IOException(String.format(Locale.ROOT, "cannot move %s to %s", from, to));
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "the publication of %s is closed", output));
    }
  }

  private static void removeDeadStaging(
      FileSystem files, Path output, Lease lease, Placement placement) throws IOException {
    for (Staging other : Staging.allBeside(files, output)) {
      // With the lease held, every other staging is that of a dead run or of one about to give up.
      if (!other.equals(lease.staging()) && lease.isDead(other)) {
        LOG.info("removing {}, left by a run that died", other.root());
        placement.undoUnfinished(other, output);
        other.discard(files);
      }
    }
  }

  private static RuntimeException failure(Path output, Throwable e) {
    return e instanceof RuntimeException runtime
        ? runtime
        : new OutputException(
            String.format(
                Locale.ROOT, "cannot write output %s: %s", output, OutputLocation.reason(e)),
            e);
  }
}
