package io.heed.checkpoint;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of the Hugging Face hub, such as {@code org/name}, {@code gpt2} or {@code
 * org/name@refs/pr/1}. The rules are those of {@code validate_repo_id} in {@code huggingface_hub},
 * and every part is a file name that leads nowhere else, since the cache has directories of these
 * names.
 *
 * @param repository {@code name}, or {@code org/name}
 * @param revision a branch, a tag or a whole commit hash
 */
public record HubName(String repository, String revision) implements Serializable {
  private static final String DEFAULT_REVISION = "main";
  private static final int LONGEST_REVISION = 255;

  private static final Pattern REPOSITORY =
      Pattern.compile("(?:\\w(?:[\\w.-]{0,94}\\w)?/)?\\w(?:[\\w.-]{0,94}\\w)?");
  private static final Pattern REVISION =
      Pattern.compile("\\w(?:[\\w.-]*\\w)?(?:/\\w(?:[\\w.-]*\\w)?)*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Where the revision begins. */
  private static final Pattern PARTS = Pattern.compile("([^@]*)(?:@(.*))?", Pattern.DOTALL);

  /** Requires both to follow the rules. */
  public HubName {
    if (!isRepository(repository) || !isRevision(revision)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "'%s@%s' names no model of a hub", repository, revision));
    }
  }

  /** What a person means who gives {@code org/name} or {@code org/name@revision}, if it is that. */
  public static Optional<HubName> of(String given) {
    Matcher parts = PARTS.matcher(given);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String revision = parts.group(2) == null ? DEFAULT_REVISION : parts.group(2);
    return isRepository(parts.group(1)) && isRevision(revision)
        ? Optional.of(new HubName(parts.group(1), revision))
        : Optional.empty();
  }

  private static boolean isRepository(String text) {
    return REPOSITORY.matcher(text).matches()
        && !text.contains("--")
        && !text.contains("..")
        && !text.endsWith(".git");
  }

  private static boolean isRevision(String text) {
    return text.length() <= LONGEST_REVISION
        && REVISION.matcher(text).matches()
        && !text.contains("..");
  }

  /** Whether a text is the hash of a commit. */
  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** The same model at another revision. */
  public HubName at(String other) {
    return new HubName(repository, other);
  }

  /** The model's directory in a cache. */
  String directory() {
    return "models--" + repository.replace("/", "--");
  }

  /** The command that fetches it. */
  String download() {
    return revision.equals(DEFAULT_REVISION)
        ? String.format(Locale.ROOT, "download %s", repository)
        : String.format(Locale.ROOT, "download %s --revision %s", repository, revision);
  }

  @Override
  public String toString() {
    return repository + "@" + revision;
  }
}
