package io.heed;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.Charset;

/** Names of files, which JDK 17 writes in the character set of the locale, and in no other. */
public final class FileNames {
  private FileNames() {}

  /** Leaves a test out, counted as skipped, where a name cannot be written. */
  public static void assumeWritable(String name) {
    String charset = System.getProperty("sun.jnu.encoding");
    assumeThat(Charset.forName(charset).newEncoder().canEncode(name))
        .as("the JVM can name a file %s in %s", name, charset)
        .isTrue();
  }
}
