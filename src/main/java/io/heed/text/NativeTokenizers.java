package io.heed.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Loads the native library of Hugging Face tokenizers from the jar, once per JVM.
 *
 * <p>DJL's own loader looks for a GPU, may download a library, and keeps its copy in a shared cache
 * directory. This one does none of that: it copies the CPU library to a private temporary
 * directory, loads it, and deletes the copy, so that it is offline by construction and needs no
 * home directory.
 */
final class NativeTokenizers {
  private static TokenizersLibrary loaded;

  private NativeTokenizers() {}

  /**
   * The library, loaded. Not by a static initialiser, whose errors lose their message.
   *
   * @throws IllegalStateException when there is none for this platform or it cannot be loaded
   */
  static synchronized TokenizersLibrary library() {
    if (loaded == null) {
      loaded = load();
    }
    return loaded;
  }

  private static TokenizersLibrary load() {
    String resource =
        String.format(
            Locale.ROOT, "/native/lib/%s/cpu/%s", platform(), System.mapLibraryName("tokenizers"));
    try (InputStream in = TokenizersLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "there is no native tokenizer for this platform: %s is not in the jar of %s",
                resource,
                TokenizersLibrary.class.getName()));
      }
      // Only this user can write to a temporary directory made here, so the copy is what is loaded.
      Path directory = Files.createTempDirectory("heed-tokenizers");
      Path copy = directory.resolve(System.mapLibraryName("tokenizers"));
      try {
        Files.copy(in, copy);
        System.load(copy.toString());
      } finally {
        Files.deleteIfExists(copy);
        Files.delete(directory);
      }
      return TokenizersLibrary.LIB;
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the native tokenizer cannot be loaded by way of java.io.tmpdir %s: %s; name a directory with -Djava.io.tmpdir that is writable and not mounted noexec",
              System.getProperty("java.io.tmpdir"),
              e),
          e);
    }
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    return (os.startsWith("mac") ? "osx" : os)
        + "-"
        + (arch.equals("amd64") ? "x86_64" : arch.equals("arm64") ? "aarch64" : arch);
  }
}
