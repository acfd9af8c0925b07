package io.heed.job;

import io.heed.settings.Settings;
import java.io.PrintStream;

/** A command that works on files of this machine and needs no Spark to run. */
public non-sealed interface Tool extends Command {

  /**
   * Runs to the end.
   *
   * @param out for what it has done
   */
  void run(Settings settings, PrintStream out);
}
