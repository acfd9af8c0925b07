package io.heed.settings;

/** An argument or a {@code spark.heed.*} value that breaks its rule. */
public final class SettingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The rule, the value and the place. */
  public SettingException(String message) {
    super(message);
  }
}
