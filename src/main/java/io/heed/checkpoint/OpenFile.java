package io.heed.checkpoint;

import io.heed.checkpoint.FloatFormat.FloatView;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** A file that is open for reading. Everything that is wrong with it is told with its name. */
final class OpenFile implements Closeable {
  private final FileChannel channel;
  private final String name;
  private final long size;

  private OpenFile(FileChannel channel, String name, long size) {
    this.channel = channel;
    this.name = name;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @param name what errors call it
   * @throws CheckpointException when it cannot be read
   */
  static OpenFile open(Path path, String name) {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new OpenFile(channel, name, channel.size());
      } catch (Throwable e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** What errors call this file. */
  String name() {
    return name;
  }

  /** Its bytes when it was opened. */
  long size() {
    return size;
  }

  /** Some bytes in a buffer of their own, little-endian. */
  ByteBuffer read(long position, int length) {
    requireInside(position, length);
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(buffer, position);
    return buffer.flip();
  }

  /** Fills a buffer up to its limit. */
  void fill(ByteBuffer buffer, long position) {
    long end = position + buffer.remaining();
    long next = position;
    try {
      while (buffer.hasRemaining()) {
        int read = channel.read(buffer, next);
        if (read < 0) {
          throw error("the file ends before byte %d", end);
        }
        next += read;
      }
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Maps bytes as values; they stay readable when the file is closed. */
  FloatView map(FloatFormat format, long position, long length) {
    requireInside(position, length);
    try {
      return format.view(channel.map(FileChannel.MapMode.READ_ONLY, position, length));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private void requireInside(long position, long length) {
    if (position < 0 || length < 0 || length > size - position) {
      throw error(
          "%d bytes from byte %d on are not inside the %d of the file", length, position, size);
    }
  }

  /** An error in this file, naming it. */
  CheckpointException error(String format, Object... values) {
    return new CheckpointException(
        String.format(Locale.ROOT, "%s (%s)", String.format(Locale.ROOT, format, values), name));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static RuntimeException unreadable(String name, IOException e) {
    // A cancelled task closes the channel under a reader; that says nothing about the checkpoint.
    return e instanceof ClosedByInterruptException
        ? new UncheckedIOException(e)
        : new CheckpointException(String.format(Locale.ROOT, "%s cannot be read: %s", name, e), e);
  }
}
