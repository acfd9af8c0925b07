package io.heed.spark.executor;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.HubCache;
import io.heed.checkpoint.HubName;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/**
 * Where each JVM of an application finds a checkpoint, or a file of weights: a path present on
 * every node, the name of an entry of {@code --archives}, or a Hadoop URI, whose files are copied
 * next to the executor. A name of a hub is such a path as well, to the snapshot in the driver's
 * cache; a node without that path has the same commit in a cache of its own.
 *
 * @param text an absolute path; the name of an archive, or a path below it; or a URI
 * @param hub the model and its commit where the path is that of a snapshot, else null
 */
public record ModelLocation(String text, HubName hub) implements Serializable {
  /** Which of the two a cluster manager reads, and where it unpacks, differs. */
  private static final List<String> ARCHIVE_KEYS =
      List.of("spark.archives", "spark.yarn.dist.archives");

  /** One that no hub knows. */
  ModelLocation(String text) {
    this(text, null);
  }

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
   * The same of a checkpoint, for which a name of a hub stands as well: where there is neither a
   * path nor an archive of that name, it is looked for in the cache of this process.
   *
   * @throws CheckpointException when it is not a path, or something leads out of the cache
   */
  public static ModelLocation ofCheckpoint(String given) {
    return ofCheckpoint(given, HubCache::ofProcess);
  }

  /** The cache is asked for only where a name needs it: what names it may be wrong. */
  static ModelLocation ofCheckpoint(String given, Supplier<HubCache> cache) {
    ModelLocation location = of(given);
    if (isRemote(given)
        || localPath(location.text).isAbsolute()
        || archive(location.text).isPresent()) {
      return location;
    }
    return HubName.of(given)
        .flatMap(
            name ->
                cache
                    .get()
                    .find(name)
                    .map(
                        snapshot ->
                            new ModelLocation(
                                snapshot.toString(), name.at(snapshot.getFileName().toString()))))
        .orElse(location);
  }

  /**
   * What a person gave, as a place that is read; empty for an archive, which the application
   * unpacks into a directory of its own.
   *
   * @throws CheckpointException when it is not a path
   */
  public static Optional<org.apache.hadoop.fs.Path> place(String given) {
    ModelLocation location = ofCheckpoint(given);
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
    return directory(HubCache::ofProcess);
  }

  Path directory(Supplier<HubCache> cache) {
    if (isRemote(text)) {
      return ModelCopy.of(text);
    }
    Path path = localPath(text);
    if (hub != null && !Files.exists(path)) {
      HubCache ofNode = cache.get();
      return ofNode
          .find(hub)
          .orElseThrow(() -> absent(text, "on this node", Optional.of(ofNode.absence(hub))));
    }
    if (path.isAbsolute()) {
      return requireDirectory(path);
    }
    return archive(text)
        .filter(Files::isDirectory)
        .map(ModelLocation::onlyDirectoryOr)
        .orElseThrow(
            () ->
                absent(
                    text,
                    "as a directory or as an entry of --archives",
                    HubName.of(text).map(name -> cache.get().absence(name))));
  }

  private static CheckpointException absent(String what, String how, Optional<String> atHub) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "the checkpoint '%s' does not exist %s%s",
            what,
            how,
            atHub.map(why -> ", and " + why).orElse("")));
  }

  /** What an archive of this application has at a path below its name. */
  private static Optional<Path> archive(String text) {
    Path path = localPath(text);
    boolean staysBelow = !text.isEmpty() && path.normalize().equals(path) && !path.startsWith("..");
    return staysBelow && SparkEnv.get() != null
        ? Stream.of(Path.of(SparkFiles.get(text)), path.toAbsolutePath())
            .filter(Files::exists)
            .findFirst()
        : Optional.empty();
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
