package io.heed.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;

/** A model in a cache, laid out as {@code huggingface_hub} does: relative links to blobs. */
public record FakeHub(Path cache, String directory) {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** The cache that the build gives to the JVM of the tests, where nothing stays. */
  public static FakeHub ofProcess(String directory) {
    String root = System.getenv("HF_HUB_CACHE");
    if (root == null || !root.endsWith("hub-of-tests")) {
      throw new IllegalStateException("the build sets HF_HUB_CACHE for tests");
    }
    FakeHub hub = new FakeHub(Path.of(root), directory);
    FileUtil.fullyDelete(hub.model().toFile());
    return hub;
  }

  /** The directory of the model. */
  public Path model() {
    return cache.resolve(directory);
  }

  /** The directory of the commit. */
  public Path snapshot() {
    return model().resolve("snapshots").resolve(COMMIT);
  }

  /** With the files of a checkpoint. */
  public FakeHub with(Path checkpoint) {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path blob = model().resolve("blobs").resolve(Sha256.of(file));
        Files.createDirectories(blob.getParent());
        if (!Files.exists(blob)) {
          Files.copy(file, blob);
        }
        Path link = snapshot().resolve(checkpoint.relativize(file).toString());
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, link.getParent().relativize(blob));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a reference, whatever it says. */
  public FakeHub withRef(String revision, String content) {
    try {
      Path file = model().resolve("refs").resolve(revision);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
