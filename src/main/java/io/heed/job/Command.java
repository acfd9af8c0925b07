package io.heed.job;

import io.heed.settings.Setting;
import io.heed.settings.Settings;
import java.util.List;

/** What stands behind a command line in {@code jobs/}. */
public sealed interface Command permits Job, Tool {

  /** As it is typed after {@code jobs/}. */
  String name();

  /** Sentences for the head of the help text. */
  List<String> description();

  /** Its options, in the order of the help text. */
  List<Setting<?>> settings();

  /** The options without which it cannot run. */
  List<Setting<?>> required();

  /** What holds after a run that was interrupted, as the end of a line. */
  default String afterInterruption() {
    return "the output is as it was";
  }

  /**
   * Checks all that the settings tell by themselves, before anything else is done.
   *
   * @throws io.heed.settings.SettingException naming an option that is missing or has a wrong value
   */
  default void check(Settings settings) {
    settings().forEach(settings::isGiven);
    required().forEach(settings::required);
  }
}
