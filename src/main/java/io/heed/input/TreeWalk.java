package io.heed.input;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Gathers the files at and below some roots, each of them once: a file or a directory that links
 * lead to as well is read under the name that is no link, and no link is followed to a directory
 * that holds the link.
 */
final class TreeWalk {
  private final FileTree tree;
  private final Path base;
  private final Set<Path> seen = new HashSet<>();
  private final Deque<Path> links = new ArrayDeque<>();
  private final List<Path> passed = new ArrayList<>();
  private final List<InputFile> found = new ArrayList<>();

  /** A walk whose files are named relative to a directory. */
  TreeWalk(FileTree tree, Path base) {
    this.tree = tree;
    this.base = base;
  }

  /** Walks from a root, which may be hidden. Its links wait until {@link #followLinks}. */
  void walk(FileStatus root) throws IOException {
    add(root);
  }

  /** Follows the links that were found, and those that they lead to. */
  void followLinks() throws IOException {
    while (!links.isEmpty()) {
      Path link = links.poll();
      if (holds(tree.real(link), tree.real(link.getParent()))) {
        passed.add(link);
      } else {
        add(tree.status(link));
      }
    }
  }

  /** The files, in the order in which they were found. */
  List<InputFile> files() {
    return found;
  }

  /** What was left out because it is read under another name, or would be. */
  List<Path> passed() {
    return passed;
  }

  private void add(FileStatus status) throws IOException {
    Path path = status.getPath();
    if (!seen.add(tree.real(path))) {
      passed.add(path);
    } else if (status.isDirectory()) {
      addEntries(path);
    } else {
      found.add(InputFile.below(base, status));
    }
  }

  private void addEntries(Path directory) throws IOException {
    List<FileTree.Entry> entries = tree.entries(directory);
    TableFormat.refuse(directory, entries.stream().map(entry -> entry.path().getName()).toList());
    for (FileTree.Entry entry : entries) {
      if (isHidden(entry.path().getName())) {
        continue;
      }
      FileStatus status = entry.status();
      if (entry.isLink()) {
        links.add(entry.path());
      } else {
        add(status);
      }
    }
  }

  private static boolean holds(Path above, Path below) {
    for (Path at = below; at != null; at = at.getParent()) {
      if (at.equals(above)) {
        return true;
      }
    }
    return false;
  }

  /** Whether Spark, too, leaves a file or a directory of this name out. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_") && !name.contains("=");
  }
}
