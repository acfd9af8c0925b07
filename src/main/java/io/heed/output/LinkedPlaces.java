package io.heed.output;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/**
 * What the symbolic links in a local directory lead to, for their files are read there: files and
 * directories without a link in their paths.
 */
final class LinkedPlaces extends SimpleFileVisitor<Path> {
  private final Set<Path> places = new LinkedHashSet<>();
  private final Queue<Path> waiting = new ArrayDeque<>();

  private LinkedPlaces() {}

  /** The targets of the links at or below a place, and of those at or below these targets. */
  static Set<Path> of(Path place) throws IOException {
    LinkedPlaces found = new LinkedPlaces();
    found.waiting.add(place);
    while (!found.waiting.isEmpty()) {
      Files.walkFileTree(found.waiting.remove(), found);
    }
    return found.places;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink() && Files.exists(file)) {
      Path target = file.toRealPath();
      // Links may lead in circles.
      if (places.add(target)) {
        waiting.add(target);
      }
    }
    return FileVisitResult.CONTINUE;
  }

  /** What cannot be looked at is not read either. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException failure) {
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
    return FileVisitResult.CONTINUE;
  }
}
