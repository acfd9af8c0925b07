package io.heed.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The files of a checkpoint, by name. Names come from the checkpoint's own JSON as well, so none
 * may lead out of the directory: they are relative, do not climb above it, and the real file behind
 * them, all symbolic links followed, lies in the directory.
 *
 * <p>The one exception is the cache of {@code huggingface_hub}, in which {@code
 * models--NAME/snapshots/REVISION} holds links to {@code models--NAME/blobs}: files of that
 * directory's own {@code blobs} count as inside. Names written in JSON still cannot point there.
 *
 * <p>It remembers which files were found, under the names that errors call them by.
 */
final class CheckpointDirectory {
  private final Path directory;
  private final Path real;
  private final Path blobs;

  /** What files are looked for in, below the directory; empty for the directory itself. */
  private final Path folder;

  private final SortedMap<String, Path> found;

  private CheckpointDirectory(
      Path directory, Path real, Path folder, SortedMap<String, Path> found) {
    this.directory = directory;
    this.real = real;
    Path snapshots = real.getParent();
    boolean cached = snapshots != null && snapshots.endsWith("snapshots");
    this.blobs = cached ? snapshots.resolveSibling("blobs") : null;
    this.folder = folder;
    this.found = found;
  }

  static CheckpointDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the checkpoint %s is not a directory", directory));
    }
    try {
      return new CheckpointDirectory(
          directory, directory.toRealPath(), Path.of(""), new ConcurrentSkipListMap<>());
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", directory, e), e);
    }
  }

  /**
   * The same checkpoint, files looked for in one of its folders.
   *
   * @param name of the folder; with an empty one the directory itself
   */
  CheckpointDirectory in(String name) {
    Path inside = name.isEmpty() ? Path.of("") : relative(name);
    if (!Files.isDirectory(directory.resolve(inside))) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "there is no folder %s in %s", inside, directory));
    }
    return new CheckpointDirectory(directory, real, inside, found);
  }

  /** Where files are looked for. */
  Path path() {
    return directory.resolve(folder);
  }

  /** What errors call a file, its folder included. */
  String told(String name) {
    return relative(name).toString();
  }

  /** Whether there is something of this name, whatever it holds. */
  boolean has(String name) {
    return Files.exists(directory.resolve(relative(name)));
  }

  /** The file {@code name}, if there is one. */
  Optional<Path> find(String name) {
    Path relative = relative(name);
    Path file = directory.resolve(relative);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String told = relative.toString();
    try {
      Path target = file.toRealPath();
      if (!target.startsWith(real) && !(blobs != null && target.startsWith(blobs))) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s is a link to %s, outside the checkpoint %s; a copy of the file is read",
                told,
                target,
                directory));
      }
      if (!Files.isRegularFile(target)) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "%s is not a file (%s)", told, directory));
      }
      UnfetchedFile.refuse(target, told);
      found.put(told, target);
      return Optional.of(target);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", told, e), e);
    }
  }

  /** The file {@code name}, which has to be there. */
  Path require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(Locale.ROOT, "there is no %s in %s", told(name), directory)));
  }

  /** The JSON file {@code name}, if there is one. */
  Optional<JsonFile> findJson(String name) {
    return find(name).map(path -> JsonFile.read(path, told(name)));
  }

  /** The JSON file {@code name}, which has to be there. */
  JsonFile requireJson(String name) {
    return JsonFile.read(require(name), told(name));
  }

  /** Every file that was found, by name. */
  SortedMap<String, Path> found() {
    return new TreeMap<>(found);
  }

  /** The file below the directory, dots resolved, so that one file has one name. */
  private Path relative(String name) {
    Path given;
    try {
      given = Path.of(name);
    } catch (InvalidPathException e) {
      throw new CheckpointException(String.format(Locale.ROOT, "%s is not a file name", name), e);
    }
    if (given.isAbsolute()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "the file name '%s' is absolute; expected one relative to the checkpoint %s",
              name,
              directory));
    }
    Path inside = folder.resolve(given).normalize();
    if (inside.startsWith("..")) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT, "the file name '%s' leads out of the checkpoint %s", name, directory));
    }
    if (inside.toString().isEmpty() || given.normalize().toString().isEmpty()) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "'%s' names no file of the checkpoint %s", name, directory));
    }
    return inside;
  }
}
