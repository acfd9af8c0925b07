package io.heed.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What stands at OUTPUT before a run publishes. */
enum StandingOutput {
  /** Nothing. */
  ABSENT,
  /** A directory without entries. */
  EMPTY,
  /** Only {@code _heed}, with a report that says {@code "complete": false}. */
  REJECTED_ONLY,
  /** A directory with a run report. */
  RESULT,
  /** A directory with anything else in it. */
  FOREIGN,
  /** A file. */
  FILE;

  private static final JsonMapper JSON = new JsonMapper();

  /** Looks at {@code output}. */
  static StandingOutput at(FileSystem files, Path output) throws IOException {
    FileStatus[] entries;
    try {
      if (!files.getFileStatus(output).isDirectory()) {
        return FILE;
      }
      entries = files.listStatus(output);
    } catch (FileNotFoundException e) {
      return ABSENT;
    }
    if (entries.length == 0) {
      return EMPTY;
    }
    Path report = new Path(new Path(output, OwnFiles.HEED), OwnFiles.REPORT);
    if (!files.exists(report)) {
      return FOREIGN;
    }
    return entries.length == 1 && saysIncomplete(files, report) ? REJECTED_ONLY : RESULT;
  }

  /**
   * Whether {@code output} has its commit marker, that of a result or that of rejected rows alone.
   */
  static boolean isCommitted(FileSystem files, Path output) throws IOException {
    return files.exists(new Path(output, OwnFiles.SUCCESS)) || at(files, output) == REJECTED_ONLY;
  }

  /**
   * Requires that a run may put its result at {@code output}, in place of what stands there.
   *
   * @throws OutputException it may not
   */
  static void requireReplaceable(FileSystem files, Path output, OverwritePolicy policy)
      throws IOException {
    StandingOutput standing = at(files, output);
    standing.requireReplaceable(output, policy);
    if (standing == RESULT || standing == REJECTED_ONLY) {
      Optional<Path> foreign = OwnFiles.foreign(files, output);
      if (foreign.isPresent()) {
        throw new OutputException(
            String.format(
                Locale.ROOT,
                "output %s is not replaced, for it holds %s, which is not Heed's; move that elsewhere",
                output,
                foreign.get()));
      }
    }
  }

  /** The same of what stands there, whatever else is in it. */
  void requireReplaceable(Path output, OverwritePolicy policy) {
    switch (this) {
      case ABSENT, EMPTY, REJECTED_ONLY -> {}
      case RESULT -> {
        if (policy == OverwritePolicy.REFUSE) {
          throw new OutputException(
              String.format(Locale.ROOT, "output %s exists; --overwrite replaces it", output));
        }
      }
      case FOREIGN ->
          throw new OutputException(
              String.format(
                  Locale.ROOT,
                  "output %s exists and is not an output of Heed: it has no %s/%s, so it is never replaced",
                  output,
                  OwnFiles.HEED,
                  OwnFiles.REPORT));
      case FILE ->
          throw new OutputException(
              String.format(Locale.ROOT, "output %s is a file, not a directory", output));
    }
  }

  private static boolean saysIncomplete(FileSystem files, Path report) throws IOException {
    byte[] bytes = SmallFiles.read(files, report);
    try {
      JsonNode complete = JSON.readTree(bytes).path("complete");
      return complete.isBoolean() && !complete.booleanValue();
    } catch (IOException e) {
      return false;
    }
  }
}
