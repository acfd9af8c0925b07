package io.heed.corpus;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Files that a test can look at and damage, and whose reads it can count. */
final class MemoryFiles implements CorpusFiles {
  private final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  final AtomicInteger reads = new AtomicInteger();
  final AtomicLong bytesRead = new AtomicLong();

  @Override
  public OutputStream create(String name) {
    CorpusFiles.requireName(name);
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        files.put(name, toByteArray());
      }
    };
  }

  @Override
  public boolean exists(String name) {
    return files.containsKey(CorpusFiles.requireName(name));
  }

  @Override
  public long length(String name) throws IOException {
    return content(name).length;
  }

  @Override
  public void read(String name, long position, byte[] target, int count) throws IOException {
    byte[] content = content(name);
    if (position + count > content.length) {
      throw new EOFException(name);
    }
    System.arraycopy(content, (int) position, target, 0, count);
    reads.incrementAndGet();
    bytesRead.addAndGet(count);
  }

  private byte[] content(String name) throws FileNotFoundException {
    byte[] content = files.get(CorpusFiles.requireName(name));
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    return content;
  }

  /** The bytes of a file, to be looked at or changed. */
  ByteBuffer bytes(String name) {
    return ByteBuffer.wrap(files.get(name)).order(ByteOrder.LITTLE_ENDIAN);
  }

  void put(String name, byte[] content) {
    files.put(name, content);
  }

  void remove(String name) {
    files.remove(name);
  }

  /** All files, for comparison. */
  Map<String, ByteBuffer> all() {
    Map<String, ByteBuffer> all = new TreeMap<>();
    files.forEach((name, content) -> all.put(name, ByteBuffer.wrap(content)));
    return all;
  }
}
