package io.heed.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The directory into which {@code huggingface_hub} downloads models. That of {@code org/name} is
 * {@code models--org--name}: {@code refs/main} there holds the hash of a commit, and {@code
 * snapshots/HASH} the files, as links to {@code blobs}. Nothing is fetched.
 *
 * <p>What is found lies in the model's own directory here, all symbolic links followed; where the
 * links in it lead is checked as the files are read.
 */
public record HubCache(Path root) {
  /** What holds no more than a hash is read no further. */
  private static final int LONGEST_REFERENCE = 64;

  /**
   * The cache of this process, by its environment.
   *
   * @throws CheckpointException when a variable holds no path
   */
  public static HubCache ofProcess() {
    return of(System.getenv(), System.getProperty("user.home"));
  }

  /**
   * The cache that {@code huggingface_hub} would use.
   *
   * @param environment variables by name; an empty one counts as absent
   * @param userHome where {@code HOME} is not set
   * @throws CheckpointException when a variable holds no path
   */
  static HubCache of(Map<String, String> environment, String userHome) {
    String home = variable(environment, "HOME").orElse(userHome);
    return new HubCache(
        variable(environment, "HF_HUB_CACHE")
            .or(() -> variable(environment, "HUGGINGFACE_HUB_CACHE"))
            .map(given -> path(given, home))
            .orElseGet(() -> below(environment, home).resolve("hub"))
            .toAbsolutePath());
  }

  private static Path below(Map<String, String> environment, String home) {
    return variable(environment, "HF_HOME")
        .map(given -> path(given, home))
        .orElseGet(
            () ->
                variable(environment, "XDG_CACHE_HOME")
                    .map(given -> path(given, home))
                    .orElseGet(() -> Path.of(home, ".cache"))
                    .resolve("huggingface"));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** A tilde stands for the home, also where no shell has replaced it. */
  private static Path path(String given, String home) {
    try {
      return given.equals("~") || given.startsWith("~/")
          ? Path.of(home, given.substring(1))
          : Path.of(given);
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "the Hugging Face cache %s is not a path", given), e);
    }
  }

  /**
   * The directory of a model's files, if it is there; its name is the hash of the commit.
   *
   * @throws CheckpointException when something leads out of the cache, or a reference is none
   */
  public Optional<Path> find(HubName name) {
    Path model = root.resolve(name.directory());
    if (!Files.isDirectory(model)) {
      return Optional.empty();
    }
    Optional<String> commit =
        HubName.isCommit(name.revision())
            ? Optional.of(name.revision())
            : commit(model, model.resolve("refs").resolve(name.revision()));
    return commit
        .map(model.resolve("snapshots")::resolve)
        .filter(Files::isDirectory)
        .map(snapshot -> inside(model, snapshot));
  }

  /** Why a model that was not found is not there, and how to get it. */
  public String absence(HubName name) {
    return String.format(
        Locale.ROOT,
        "the Hugging Face cache %1$s has no revision %2$s of %3$s; `hf %4$s`, with older tools"
            + " `huggingface-cli %4$s`, puts it there",
        root,
        name.revision(),
        name.repository(),
        name.download());
  }

  private Optional<String> commit(Path model, Path reference) {
    if (!Files.isRegularFile(reference)) {
      return Optional.empty();
    }
    try (InputStream file = Files.newInputStream(inside(model, reference))) {
      byte[] bytes = file.readNBytes(LONGEST_REFERENCE + 1);
      String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
      if (bytes.length > LONGEST_REFERENCE || !HubName.isCommit(text)) {
        throw new CheckpointException(
            String.format(Locale.ROOT, "%s holds no hash of a commit", reference));
      }
      return Optional.of(text);
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", reference, e), e);
    }
  }

  /** The same path, behind which no link leads out of the model's directory in this cache. */
  private Path inside(Path model, Path path) {
    try {
      Path real = root.toRealPath().resolve(root.relativize(model));
      Path target = path.toRealPath();
      if (!target.equals(real.resolve(model.relativize(path)))) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s leads to %s, by a link that the Hugging Face cache does not have; a model that"
                    + " lies elsewhere is given by its path",
                path,
                target));
      }
      return path;
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", path, e), e);
    }
  }
}
