package io.heed.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Files that have the right name and something else in them, since they were not fetched: a Git LFS
 * pointer, a page that a server sent in their place, nothing. Their first bytes tell; a JSON file
 * or a file of tensors never begins with these.
 */
final class UnfetchedFile {
  private static final int HEAD_BYTES = 256;

  private static final List<String> POINTERS =
      List.of(
          "version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/");

  /** Markup after an optional byte order mark and white space. */
  private static final Pattern PAGE = Pattern.compile("\\A\u00EF?\u00BB?\u00BF?\\s*<[!?a-zA-Z]");

  /** The same where a text may begin with a token such as {@code <s>}. */
  private static final Pattern PAGE_OF_TEXT =
      Pattern.compile(
          "\\A\u00EF?\u00BB?\u00BF?\\s*<(!doctype|\\?xml|html|head)\\b", Pattern.CASE_INSENSITIVE);

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private UnfetchedFile() {}

  /**
   * Checks the first bytes of a file.
   *
   * @param name what errors call it
   * @throws CheckpointException saying what the file is and how to get the right one
   */
  static void refuse(Path file, String name) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      told(head, name)
          .ifPresent(
              what -> {
                throw new CheckpointException(
                    String.format(Locale.ROOT, "the file is %s (%s)", what, name));
              });
    } catch (IOException e) {
      throw new CheckpointException(
          String.format(Locale.ROOT, "%s cannot be read: %s", name, e), e);
    }
  }

  private static Optional<String> told(byte[] head, String name) {
    Pattern page = name.endsWith(".txt") ? PAGE_OF_TEXT : PAGE;
    if (head.length == 0) {
      return Optional.of("empty; fetch it again");
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (POINTERS.stream().anyMatch(text::startsWith)) {
      return Optional.of(
          "a Git LFS pointer in place of the content, as git clone leaves it without git-lfs; in the"
              + " clone run 'git lfs install' and 'git lfs pull', or download the file itself");
    }
    // The length of a safetensors header, which comes first, has zeros where a page has letters.
    if (page.matcher(text).find() && text.indexOf('\0') < 0) {
      return Optional.of(
          "an HTML or XML page in place of the content, as a server sends it where a file is not to"
              + " be had; download the file again and look at the page for the reason");
    }
    boolean zipped = head.length > ZIP.length && startsWith(head, ZIP);
    return zipped && WeightFormat.of(name) != WeightFormat.TORCH
        ? Optional.of("a zip archive, as torch.save makes it; expected the file itself")
        : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, byte... start) {
    for (int i = 0; i < start.length; i++) {
      if (bytes[i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
