package io.heed.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of a checkpoint, by name. Names come from the checkpoint's own JSON as well, so none
 * may lead out of the directory: they are relative, without {@code ..}, and the real file behind
 * them, all symbolic links followed, lies in the directory.
 *
 * <p>The one exception is the cache of {@code huggingface_hub}, in which {@code
 * models--NAME/snapshots/REVISION} holds links to {@code models--NAME/blobs}: files of that
 * directory's own {@code blobs} count as inside. Names written in JSON still cannot point there.
 */
final class CheckpointDirectory {
  private final Path directory;
  private final Path real;
  private final Path blobs;

  private CheckpointDirectory(Path directory, Path real) {
    this.directory = directory;
    this.real = real;
    Path snapshots = real.getParent();
    boolean cached = snapshots != null && snapshots.endsWith("snapshots");
    this.blobs = cached ? snapshots.resolveSibling("blobs") : null;
  }

  static CheckpointDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the checkpoint %s is not a directory", directory));
    }
    try {
      return new CheckpointDirectory(directory, directory.toRealPath());
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", directory, e), e);
    }
  }

  /** The directory as it was given. */
  Path path() {
    return directory;
  }

  /** The file {@code name}, if there is one. */
  Optional<Path> find(String name) {
    Path file = resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Path target = file.toRealPath();
      if (!target.startsWith(real) && !(blobs != null && target.startsWith(blobs))) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s is a link to %s, outside the checkpoint %s; a copy of the file is read",
                name,
                target,
                directory));
      }
      if (!Files.isRegularFile(target)) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "%s is not a file (%s)", name, directory));
      }
      return Optional.of(target);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", name, e), e);
    }
  }

  /** The file {@code name}, which has to be there. */
  Path require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    String.format(Locale.ROOT, "there is no %s in %s", name, directory)));
  }

  private Path resolve(String name) {
    try {
      Path relative = Path.of(name);
      boolean inside =
          !name.isEmpty() && !relative.isAbsolute() && relative.normalize().equals(relative);
      if (inside && !relative.startsWith("..")) {
        return directory.resolve(relative);
      }
    } catch (InvalidPathException e) {
      throw new CheckpointException(String.format(Locale.ROOT, "%s is not a file name", name), e);
    }
    throw new CheckpointException(
        String.format(
            Locale.ROOT, "the file name '%s' leads out of the checkpoint %s", name, directory));
  }
}
