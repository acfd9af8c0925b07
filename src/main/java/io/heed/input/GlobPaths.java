package io.heed.input;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** The path as a glob that matches only itself. */
  static String escaped(String path) {
    return path.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  /** What matches, in the order of the alternatives and then of the names. */
  static List<FileStatus> matches(FileTree tree, Path glob) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (String pattern : GlobExpander.expand(glob.toUri().getPath())) {
      Path root = new Path(glob.toUri().getScheme(), glob.toUri().getAuthority(), Path.SEPARATOR);
      List<FileStatus> candidates = List.of(tree.status(root));
      for (String component : pattern.split(Path.SEPARATOR)) {
        if (!component.isEmpty()) {
          candidates = next(tree, candidates, component);
        }
      }
      found.addAll(candidates);
    }
    return found;
  }

  private static List<FileStatus> next(FileTree tree, List<FileStatus> candidates, String component)
      throws IOException {
    GlobFilter filter = new GlobFilter(component);
    List<FileStatus> found = new ArrayList<>();
    for (FileStatus candidate : candidates) {
      if (candidate.isDirectory() && filter.hasPattern()) {
        boolean hidden = TreeWalk.isHidden(component);
        for (FileTree.Entry entry : tree.entries(candidate.getPath())) {
          boolean shown = hidden || !TreeWalk.isHidden(entry.path().getName());
          if (shown && filter.accept(entry.path())) {
            found.add(entry.status());
          }
        }
      } else if (candidate.isDirectory()) {
        Path child = FileTree.child(candidate.getPath(), component.replaceAll(ESCAPED, "$1"));
        existing(tree, child).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<FileStatus> existing(FileTree tree, Path path) throws IOException {
    try {
      return Optional.of(tree.status(path));
    } catch (FileNotFoundException e) {
      return Optional.empty(); // Another candidate may have it.
    }
  }
}
