package io.heed.job;

import io.heed.settings.Setting;
import io.heed.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What one job adds to what all jobs share. */
public interface Job {

  /** As it is typed after {@code jobs/}. */
  String name();

  /** Sentences for the head of the help text. */
  List<String> description();

  /** Its options, in the order of the help text. */
  List<Setting<?>> settings();

  /** The options without which it cannot run. */
  List<Setting<?>> required();

  /** The options that name where weights come from: places that OUTPUT must not touch. */
  default List<Setting<String>> weights() {
    return List.of();
  }

  /**
   * Checks all that the settings tell by themselves, before Spark starts.
   *
   * @throws io.heed.spark.SettingException naming an option that is missing or has a wrong value
   */
  default void check(Settings settings) {
    settings().forEach(settings::isGiven);
    required().forEach(settings::required);
  }

  /**
   * The arguments of the run without arguments.
   *
   * @param home the directory that holds {@code sample-data}
   */
  Map<Setting<?>, String> sample(Path home);

  /** Runs to the end: a published output, or an exception. */
  void run(JobContext context);
}
