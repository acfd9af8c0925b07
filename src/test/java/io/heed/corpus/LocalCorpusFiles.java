package io.heed.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Files of a directory of this machine, which has to be there. Each read opens its file, so that
 * nothing has to be closed and an interrupted thread closes no other thread's file.
 */
public final class LocalCorpusFiles implements CorpusFiles {
  private final Path directory;

  /** The files of a directory. */
  public LocalCorpusFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return Files.newOutputStream(path(name));
  }

  @Override
  public boolean exists(String name) {
    return Files.isRegularFile(path(name));
  }

  @Override
  public long length(String name) throws IOException {
    return Files.size(path(name));
  }

  @Override
  public void read(String name, long position, byte[] target, int count) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(target, 0, count);
    try (FileChannel channel = FileChannel.open(path(name), StandardOpenOption.READ)) {
      while (rest.hasRemaining()) {
        if (channel.read(rest, position + rest.position()) < 0) {
          throw new EOFException(
              String.format(
                  Locale.ROOT,
                  "%d bytes at %d are wanted of a file of %d (%s)",
                  count,
                  position,
                  channel.size(),
                  name));
        }
      }
    }
  }

  private Path path(String name) {
    return directory.resolve(CorpusFiles.requireName(name));
  }
}
