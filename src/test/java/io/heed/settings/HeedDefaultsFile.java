package io.heed.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes {@code conf/heed-defaults.conf} from the declarations of all rooms. After a change of one,
 * in the repository's root, with its tests compiled:
 *
 * <pre>java -cp "target/classes:target/test-classes:target/spark/jars/*" \
 *     io.heed.settings.HeedDefaultsFile</pre>
 */
final class HeedDefaultsFile {
  static final Path FILE = Path.of("conf", "heed-defaults.conf");

  private HeedDefaultsFile() {}

  public static void main(String... arguments) throws IOException {
    Files.writeString(FILE, Configuration.documentation());
  }
}
