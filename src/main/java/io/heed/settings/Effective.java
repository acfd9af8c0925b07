package io.heed.settings;

/**
 * The value of a setting in a run.
 *
 * @param value what the job uses
 * @param origin where it comes from: the option, the key, the checkpoint's file, or {@code default}
 */
public record Effective<T>(T value, String origin) {

  /** The value as it would be written. */
  public String text() {
    return ValueType.write(value);
  }
}
