package io.heed.spark.executor;

import io.heed.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/**
 * Where each JVM of an application finds a checkpoint, or a file of weights: a path present on
 * every node, the name of an entry of {@code --archives}, or a Hadoop URI, whose files are copied
 * next to the executor.
 *
 * @param text an absolute path; the name of an archive, or a path below it; or a URI
 */
public record ModelLocation(String text) implements Serializable {
  /** Which of the two a cluster manager reads, and where it unpacks, differs. */
  private static final List<String> ARCHIVE_KEYS =
      List.of("spark.archives", "spark.yarn.dist.archives");

  /**
   * The location as a person gave it on the driver: an archive of the application goes before a
   * path below the current directory, which is made absolute for the executors.
   *
   * @throws CheckpointException when it is not a path
   */
  public static ModelLocation of(String given) {
    if (isRemote(given)) {
      return new ModelLocation(given);
    }
    Path path = localPath(given);
    boolean isName =
        given.isEmpty() || !path.isAbsolute() && (isArchive(path) || !Files.exists(path));
    return new ModelLocation(isName ? given : path.toAbsolutePath().toString());
  }

  /**
   * What a person gave, as a place that is read; empty for an archive, which the application
   * unpacks into a directory of its own.
   *
   * @throws CheckpointException when it is not a path
   */
  public static Optional<org.apache.hadoop.fs.Path> place(String given) {
    ModelLocation location = of(given);
    if (isRemote(location.text)) {
      return Optional.of(new org.apache.hadoop.fs.Path(location.text));
    }
    return localPath(location.text).isAbsolute()
        ? Optional.of(
            new org.apache.hadoop.fs.Path("file", "", localPath(location.text).toString()))
        : Optional.empty();
  }

  /**
   * The checkpoint's directory on this machine, for a remote one that of its copy.
   *
   * @throws CheckpointException when there is none
   */
  public Path directory() {
    if (isRemote(text)) {
      return ModelCopy.of(text);
    }
    Path path = localPath(text);
    if (path.isAbsolute()) {
      return requireDirectory(path);
    }
    boolean staysBelow = !text.isEmpty() && path.normalize().equals(path) && !path.startsWith("..");
    if (staysBelow && SparkEnv.get() != null) {
      for (Path archive : List.of(Path.of(SparkFiles.get(text)), path.toAbsolutePath())) {
        if (Files.isDirectory(archive)) {
          return onlyDirectoryOr(archive);
        }
      }
    }
    throw new CheckpointException(
        String.format(
            Locale.ROOT,
            "the checkpoint '%s' does not exist as a directory or as an entry of --archives",
            text));
  }

  /**
   * The file on this machine, for a remote one its copy; of an archive, a path below its name.
   *
   * @throws CheckpointException when there is none
   */
  public Path file() {
    if (isRemote(text)) {
      return ModelCopy.ofFile(text);
    }
    Path path = localPath(text);
    Path parent = path.getParent();
    if (parent == null) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the file '%s' does not exist", text));
    }
    Path file = new ModelLocation(parent.toString()).directory().resolve(path.getFileName());
    if (Files.isRegularFile(file)) {
      return file;
    }
    throw new CheckpointException(
        Files.exists(file)
            ? String.format(Locale.ROOT, "%s is not a file", file)
            : String.format(Locale.ROOT, "the file %s does not exist", file));
  }

  private static Path requireDirectory(Path path) {
    if (Files.isDirectory(path)) {
      return path;
    }
    throw new CheckpointException(
        Files.exists(path)
            ? String.format(Locale.ROOT, "the checkpoint %s is not a directory", path)
            : String.format(Locale.ROOT, "the checkpoint %s does not exist", path));
  }

  private static boolean isRemote(String text) {
    int colon = text.indexOf(':');
    return colon > 1 && text.indexOf('/') == colon + 1 && !text.startsWith("file:");
  }

  /** A path, or a {@code file:} URI in which a space may stand as it is. */
  private static Path localPath(String text) {
    try {
      return text.startsWith("file:")
          ? Path.of(new org.apache.hadoop.fs.Path(text).toUri().getPath())
          : Path.of(text);
    } catch (IllegalArgumentException e) { // a path, or a URI, that is none
      throw new CheckpointException(
          String.format(Locale.ROOT, "the checkpoint %s is not a path", text), e);
    }
  }

  /** Whether {@code --archives} unpacks the directory that a relative path begins with. */
  private static boolean isArchive(Path path) {
    SparkEnv env = SparkEnv.get();
    return env != null
        && ARCHIVE_KEYS.stream()
            .flatMap(key -> Stream.of(env.conf().get(key, "").split(",")))
            .map(entry -> entry.strip().replaceFirst("^.*[#/]", ""))
            .anyMatch(path.getName(0).toString()::equals);
  }

  /** An archive often holds one folder, which holds the files. */
  private static Path onlyDirectoryOr(Path archive) {
    if (Files.exists(archive.resolve("config.json"))) {
      return archive;
    }
    try (Stream<Path> entries = Files.list(archive)) {
      List<Path> found = entries.limit(2).toList();
      return found.size() == 1 && Files.isDirectory(found.get(0)) ? found.get(0) : archive;
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", archive, e), e);
    }
  }
}
