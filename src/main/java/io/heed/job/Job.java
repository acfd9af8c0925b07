package io.heed.job;

import io.heed.settings.Setting;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What one job over a table adds to what all of them share. */
public non-sealed interface Job extends Command {

  /** The options that name where weights come from: places that OUTPUT must not touch. */
  default List<Setting<String>> weights() {
    return List.of();
  }

  /**
   * The arguments of the run without arguments.
   *
   * @param home the directory that holds {@code sample-data}
   * @param err for what a person should know of them
   */
  Map<Setting<?>, String> sample(Path home, PrintStream err);

  /** What the run without arguments shows besides, when it is done. */
  default void showSample(JobContext context) {}

  /** Runs to the end: a published output, or an exception. */
  void run(JobContext context);
}
