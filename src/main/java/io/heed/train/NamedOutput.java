package io.heed.train;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/**
 * Names the file that cannot be written, which a disk that is full does not. Hadoop's local files
 * throw an error where others throw an exception; here both are exceptions.
 */
final class NamedOutput extends OutputStream {
  private final OutputStream out;
  private final Path file;

  NamedOutput(OutputStream out, Path file) {
    this.out = out;
    this.file = file;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException | FSError e) {
      throw failure(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException | FSError e) {
      throw failure(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException | FSError e) {
      throw failure(e);
    }
  }

  private IOException failure(Throwable e) {
    Throwable first = e instanceof FSError && e.getCause() != null ? e.getCause() : e;
    return new IOException(
        String.format(Locale.ROOT, "%s cannot be written: %s", file, first.getMessage()), e);
  }
}
