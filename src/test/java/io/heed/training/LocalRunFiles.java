package io.heed.training;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory of this machine. */
public final class LocalRunFiles implements RunFiles {
  private final Path directory;

  /** The files of a directory, which is made with the first of them. */
  public LocalRunFiles(Path directory) {
    this.directory = directory;
  }

  private Path path(String name) {
    Path path = directory.resolve(name).normalize();
    if (!path.startsWith(directory.normalize())) {
      throw new IllegalArgumentException("'" + name + "' leads out of " + directory);
    }
    return path;
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Path path = path(name);
    Files.createDirectories(path.getParent());
    return Files.newOutputStream(path);
  }

  @Override
  public InputStream open(String name) throws IOException {
    return Files.newInputStream(path(name));
  }

  @Override
  public void read(String name, long position, byte[] target, int count) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(target, 0, count);
    try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.READ)) {
      while (rest.hasRemaining()) {
        if (channel.read(rest, position + rest.position()) < 0) {
          throw new EOFException(name + " ends before byte " + (position + count));
        }
      }
    }
  }

  @Override
  public long length(String name) throws IOException {
    return Files.size(path(name));
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(path(name));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    Path path = path(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        path(from), path(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = path(name);
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> below = Files.walk(path)) {
      for (Path entry : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  @Override
  public String place() {
    return directory.toString();
  }
}
