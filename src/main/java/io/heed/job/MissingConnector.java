package io.heed.job;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/** Tells where a path is of a store that Hadoop knows, or could, by a library that is not there. */
final class MissingConnector {
  /** Hadoop names a class where a scheme is one of its own, else the scheme. */
  private static final Pattern MISSING =
      Pattern.compile("Class \\S+FileSystem not found|No FileSystem for scheme \\S+");

  private static final String ADVICE =
      "; Spark's class path has no connector to that store; --packages after -- fetches one, such"
          + " as org.apache.hadoop:hadoop-aws:%s for s3a (docs/running.md)";

  private MissingConnector() {}

  /**
   * What is missing and what helps, where an error comes from that.
   *
   * @param told what is said already of an error that is Heed's own
   */
  static Optional<String> in(Throwable error, Optional<String> told) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      Matcher missing = MISSING.matcher(String.valueOf(cause.getMessage()));
      if (missing.find()) {
        return Optional.of(
            told.orElse(missing.group())
                + String.format(Locale.ROOT, ADVICE, VersionInfo.getVersion()));
      }
    }
    return Optional.empty();
  }
}
