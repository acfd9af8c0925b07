package io.heed.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkThrowable;

/**
 * Finds, in what Spark makes of it, that a file could not be written: of the result, of the
 * rejected rows, or of what Spark keeps on local disks meanwhile. Spark says no more than that a
 * task failed, and where an executor's exception cannot travel, no more than its text.
 */
public final class StorageFailure {
  private static final int MOST_CAUSES = 50;

  /** How Linux, other systems, HDFS and object stores say what befalls writing alone. */
  private static final Pattern FULL =
      Pattern.compile(
          "no space left on device|not enough space|disk quota exceeded|quota of .{1,200} exceeded"
              + "|file too large|name node is in safe mode"
              + "|failed to create local dir|failed to get a temp directory",
          Pattern.CASE_INSENSITIVE);

  /** What reading may meet as well. */
  private static final Pattern SHUT =
      Pattern.compile(
          "read-only file system|permission denied|input/output error|stale file handle"
              + "|transport endpoint is not connected|access denied",
          Pattern.CASE_INSENSITIVE);

  /** A directory of Spark's on a local disk, that of shuffles and spills. */
  private static final Pattern LOCAL_DIRECTORY = Pattern.compile("/blockmgr-[0-9a-f-]{36}/");

  private static final Pattern CLASS_NAME =
      Pattern.compile("^(Caused by: )?([a-z_0-9]+\\.)+[A-Z]\\w*: ");

  private static final String SPARK_CONDITION = "TASK_WRITE_FAILED";

  private StorageFailure() {}

  /** The failure to write that {@code error} came from, if it is one. */
  public static Optional<OutputException> in(Throwable error) {
    List<Throwable> chain = chain(error);
    return reason(chain)
        .map(
            reason ->
                new OutputException(
                    "the output, or what Spark keeps meanwhile in its local directories, cannot be"
                        + " written: "
                        + reason,
                    error));
  }

  private static List<Throwable> chain(Throwable error) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = error;
        cause != null && chain.size() < MOST_CAUSES;
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }

  /** What the first cause says, which stands last. */
  private static Optional<String> reason(List<Throwable> chain) {
    Optional<String> reason = Optional.empty();
    boolean writing = false;
    for (Throwable cause : chain) {
      writing |= isWriting(cause);
      Optional<String> said = said(cause, writing);
      reason = said.isPresent() ? said : reason;
    }
    return reason;
  }

  private static boolean isWriting(Throwable error) {
    return error instanceof SparkThrowable spark && SPARK_CONDITION.equals(spark.getCondition());
  }

  private static Optional<String> said(Throwable cause, boolean writing) {
    String message = String.valueOf(cause.getMessage());
    Matcher full = FULL.matcher(message);
    if (full.find()) {
      return Optional.of(lineAt(message, full.start()));
    }
    boolean isLocal = LOCAL_DIRECTORY.matcher(message).find();
    if (!writing && !isLocal) {
      return Optional.empty();
    }
    if (cause instanceof AccessDeniedException || cause instanceof AccessControlException) {
      return Optional.of(String.format(Locale.ROOT, "%s: permission denied", lineAt(message, 0)));
    }
    Matcher shut = SHUT.matcher(message);
    if (shut.find()) {
      return Optional.of(lineAt(message, shut.start()));
    }
    return isOfFiles(cause)
        ? Optional.of(lineAt(OutputLocation.reason(unwrapped(cause)), 0))
        : Optional.empty();
  }

  private static boolean isOfFiles(Throwable cause) {
    return unwrapped(cause) instanceof IOException;
  }

  /** Hadoop and Java wrap an {@code IOException} where none may be thrown. */
  private static Throwable unwrapped(Throwable cause) {
    boolean wraps = cause instanceof FSError || cause instanceof UncheckedIOException;
    return wraps && cause.getCause() != null ? cause.getCause() : cause;
  }

  /** A message of Spark may be a page long, stack traces of executors included. */
  private static String lineAt(String message, int at) {
    int from = message.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
    int to = message.indexOf('\n', at);
    String line = message.substring(from, to < 0 ? message.length() : to).strip();
    Matcher name = CLASS_NAME.matcher(line);
    return name.find() ? line.substring(name.end()) : line;
  }
}
