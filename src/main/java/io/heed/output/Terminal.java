package io.heed.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stderr is connected to. */
final class Terminal {
  /** What {@code TERM} is where nothing moves the cursor. */
  private static final String WITHOUT_CURSOR = "dumb";

  private static final Path STDERR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /**
   * Whether stderr is a terminal whose lines can be rewritten. Java tells only whether both stdin
   * and stdout are; Linux is asked itself.
   */
  static boolean isStderr() {
    return !WITHOUT_CURSOR.equals(System.getenv("TERM")) && isConnected();
  }

  private static boolean isConnected() {
    if (Files.isSymbolicLink(STDERR)) {
      try {
        String target = Files.readSymbolicLink(STDERR).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    return System.console() != null;
  }
}
