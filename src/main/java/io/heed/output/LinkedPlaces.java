package io.heed.output;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The symbolic links in a local directory: their files are read from where they lead. */
final class LinkedPlaces extends SimpleFileVisitor<Path> {

  /** As deep as the directories of checkpoints and of partitions usually are. */
  private static final int DEPTH = 5;

  private final List<Path> links = new ArrayList<>();

  private LinkedPlaces() {}

  /** Links at or below {@code place}, whose own links are not followed. */
  static List<Path> in(Path place) throws IOException {
    LinkedPlaces found = new LinkedPlaces();
    Files.walkFileTree(place, Set.of(), DEPTH, found);
    return found.links;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      links.add(file);
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
