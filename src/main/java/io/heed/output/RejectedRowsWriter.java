package io.heed.output;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rejected rows of one task attempt to a side file of its own.
 *
 * <p>The attempt calls {@link #finish} when its rows are exhausted, which is before Spark commits
 * the task, and adds the name that it returns to an accumulator: only names from successful
 * attempts reach the driver, and only named files are published. {@link #close} without {@code
 * finish}, as in a completion listener, abandons the file.
 *
 * <p>Holds about 4 MB, the size of a row group, or three times the longest row, itself included, if
 * that is more. Not thread-safe.
 */
public final class RejectedRowsWriter implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedRowsWriter.class);

  private final Configuration configuration;
  private final Path file;
  private final IdColumn id;
  private final Provenance provenance;
  private ParquetWriter<RejectedRow> writer;
  private boolean done;

  RejectedRowsWriter(Configuration configuration, Path file, IdColumn id, Provenance provenance) {
    this.configuration = configuration;
    this.file = file;
    this.id = id;
    this.provenance = provenance;
  }

  /** Adds a row. */
  public void write(RejectedRow row) throws IOException {
    if (done) {
      throw new IllegalStateException("row after the end of " + file);
    }
    if (writer == null) {
      writer = RejectedRowsParquet.open(configuration, file, id, provenance);
    }
    writer.write(row);
  }

  /**
   * Completes the file.
   *
   * @return its name, or nothing if no row was written
   */
  public Optional<String> finish() throws IOException {
    if (done) {
      throw new IllegalStateException("second end of " + file);
    }
    if (writer != null) {
      writer.close();
    }
    done = true;
    return writer == null ? Optional.empty() : Optional.of(file.getName());
  }

  /** Deletes the file if it was not finished; failing that is harmless and only logged. */
  @Override
  public void close() {
    if (done) {
      return;
    }
    done = true;
    if (writer != null) {
      try {
        abandon();
      } catch (IOException | RuntimeException | FSError e) {
        LOG.info("cannot remove {}, which is not published", file, e);
      }
    }
  }

  private void abandon() throws IOException {
    try {
      writer.close();
    } finally {
      file.getFileSystem(configuration).delete(file, false);
    }
  }
}
