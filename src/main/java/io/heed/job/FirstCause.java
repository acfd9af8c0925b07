package io.heed.job;

import java.util.Locale;
import java.util.Optional;

/**
 * What an error comes from, in a line.
 *
 * <p>Java tells a static initialiser that failed without the message of what it met, and the next
 * use of its class without the cause.
 */
public final class FirstCause {
  private static final String STACK_IN_MESSAGE = "\n\tat ";
  private static final String DRIVER_STACK = "\n\nDriver stacktrace:";

  private static final String DIRECTORY = "java.io.tmpdir";

  /** Libraries of native code are copied out of their jars before they are loaded. */
  private static final String NATIVE_CODE =
      "; native code is loaded by way of java.io.tmpdir, here %s, which must be writable and not"
          + " mounted noexec (-- --driver-java-options -Djava.io.tmpdir=DIR, and for executors"
          + " --conf spark.executor.extraJavaOptions=-Djava.io.tmpdir=DIR)";

  private FirstCause() {}

  /** The kind of error and its message; for one of linking, those of its first cause. */
  public static String of(Throwable error) {
    return ofLinkage(error).orElseGet(() -> line(error));
  }

  /**
   * What an error of linking comes from; empty where there is none among the causes, or where what
   * it caused says it.
   */
  static Optional<String> ofLinkage(Throwable error) {
    Throwable linkage = error;
    boolean told = false;
    while (linkage != null && !(linkage instanceof LinkageError)) {
      told = String.valueOf(linkage.getMessage()).contains(DIRECTORY);
      linkage = linkage.getCause();
    }
    if (linkage == null || told) {
      return Optional.empty();
    }
    Throwable first = linkage;
    boolean code = isOfNativeCode(first);
    while (first.getCause() != null) {
      first = first.getCause();
      code |= isOfNativeCode(first);
    }
    String place = String.format(Locale.ROOT, NATIVE_CODE, System.getProperty(DIRECTORY));
    return Optional.of(code ? line(first) + place : line(first));
  }

  /** For the second use of a class, Java keeps the first cause as text. */
  private static boolean isOfNativeCode(Throwable error) {
    return error instanceof UnsatisfiedLinkError
        || String.valueOf(error.getMessage()).contains(UnsatisfiedLinkError.class.getName());
  }

  private static String line(Throwable error) {
    return error.getClass().getSimpleName() + ": " + withoutStack(error.getMessage());
  }

  /** A message of Spark without the stack traces that it carries; "null" for none. */
  static String withoutStack(String message) {
    String rest = String.valueOf(message);
    for (String end : new String[] {DRIVER_STACK, STACK_IN_MESSAGE}) {
      int at = rest.indexOf(end);
      rest = at < 0 ? rest : rest.substring(0, at);
    }
    return rest;
  }
}
