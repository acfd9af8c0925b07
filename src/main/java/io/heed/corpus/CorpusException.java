package io.heed.corpus;

import java.util.Locale;

/**
 * Something is wrong in or with the files of a corpus. The message states the rule, the values and
 * the file.
 */
public final class CorpusException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private CorpusException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A broken rule.
   *
   * @param file the name of the file in which it is broken
   */
  static CorpusException in(String file, String rule, Object... values) {
    return because(null, file, rule, values);
  }

  /** A broken rule that another exception tells more about. */
  static CorpusException because(Throwable cause, String file, String rule, Object... values) {
    String told = String.format(Locale.ROOT, rule, values);
    return new CorpusException(told + " (" + file + ")", cause);
  }
}
