package io.heed.input;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * The paths that a glob stands for, in Hadoop's syntax. Hadoop's own matching fails on names with a
 * colon, also on those that would not match. A pattern matches hidden names only where it begins
 * with their dot or underscore itself.
 */
final class GlobPaths {
  private static final String ESCAPED = "\\\\(.)";

  private GlobPaths() {}

  /** Whether a path holds a character that Hadoop takes for a pattern. */
  static boolean isPattern(Path path) {
    return path.toString().chars().anyMatch(c -> "*?[{\\".indexOf(c) >= 0);
  }

  /** What matches, in the order of the alternatives and then of the names. */
  static List<FileStatus> matches(FileTree tree, Path glob) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (String pattern : GlobExpander.expand(glob.toUri().getPath())) {
      Path root = new Path(glob.toUri().getScheme(), glob.toUri().getAuthority(), Path.SEPARATOR);
      List<String> components =
          Stream.of(pattern.split(Path.SEPARATOR)).filter(name -> !name.isEmpty()).toList();
      // What stands above the first pattern may be closed to whoever may read what is below.
      Path start = root;
      int at = 0;
      while (at < components.size() && !new GlobFilter(components.get(at)).hasPattern()) {
        start = FileTree.child(start, components.get(at++).replaceAll(ESCAPED, "$1"));
      }
      List<FileStatus> candidates = existing(tree, start).stream().toList();
      for (; at < components.size(); at++) {
        candidates = next(tree, candidates, components.get(at), at == components.size() - 1);
      }
      found.addAll(candidates);
    }
    return found;
  }

  private static List<FileStatus> next(
      FileTree tree, List<FileStatus> candidates, String component, boolean isLast)
      throws IOException {
    GlobFilter filter = new GlobFilter(component);
    List<FileStatus> found = new ArrayList<>();
    for (FileStatus candidate : candidates) {
      if (candidate.isDirectory() && filter.hasPattern()) {
        boolean hidden = TreeWalk.isHidden(component);
        for (FileTree.Entry entry : tree.entries(candidate.getPath())) {
          boolean shown = hidden || !TreeWalk.isHidden(entry.path().getName());
          if (shown && filter.accept(entry.path())) {
            (isLast ? Optional.of(entry.status()) : directory(entry)).ifPresent(found::add);
          }
        }
      } else if (candidate.isDirectory()) {
        Path child = FileTree.child(candidate.getPath(), component.replaceAll(ESCAPED, "$1"));
        existing(tree, child).ifPresent(found::add);
      }
    }
    return found;
  }

  /** On the way to what a glob names, only directories lead on. */
  private static Optional<FileStatus> directory(FileTree.Entry entry) {
    try {
      return Optional.of(entry.status()).filter(FileStatus::isDirectory);
    } catch (IOException | InputException e) {
      return Optional.empty();
    }
  }

  private static Optional<FileStatus> existing(FileTree tree, Path path) throws IOException {
    try {
      return Optional.of(tree.status(path));
    } catch (FileNotFoundException e) {
      return Optional.empty(); // Another candidate may have it.
    }
  }
}
