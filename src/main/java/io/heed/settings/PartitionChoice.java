package io.heed.settings;

import java.util.Locale;

/**
 * Into how many tasks the input rows go.
 *
 * @param mode who decides
 * @param count number of tasks where the person decides, else 0
 */
public record PartitionChoice(Mode mode, int count) {

  /** Who decides about the number of tasks. */
  public enum Mode {
    /** As the input is split, with a shuffle of the rows where cores would be idle. */
    AUTO,
    /** As the input is split, never a shuffle. */
    INPUT,
    /** A given number. */
    COUNT
  }

  /** The default. */
  public static final PartitionChoice AUTO = new PartitionChoice(Mode.AUTO, 0);

  private static final int MOST = 1_000_000;

  /** How it is written. */
  public static final ValueType<PartitionChoice> TYPE =
      new ValueType<>(
          PartitionChoice.class,
          "auto|input|N",
          String.format(Locale.ROOT, "auto, input or a whole number from 1 to %d", MOST),
          PartitionChoice::parse);

  private static PartitionChoice parse(String text) {
    return switch (text.strip()) {
      case "auto" -> AUTO;
      case "input" -> new PartitionChoice(Mode.INPUT, 0);
      default -> new PartitionChoice(Mode.COUNT, ValueType.integer(1, MOST).parser().apply(text));
    };
  }

  @Override
  public String toString() {
    return switch (mode) {
      case AUTO -> "auto";
      case INPUT -> "input";
      case COUNT -> String.valueOf(count);
    };
  }
}
