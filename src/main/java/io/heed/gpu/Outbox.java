package io.heed.gpu;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Words that a call sends to the device in the stream of its thread. A copy may read memory of this
 * machine later than its call returns, so each has its own until the stream is done. Not
 * thread-safe.
 */
final class Outbox implements AutoCloseable {
  private final List<HostMemory> sent = new ArrayList<>();

  /** Starts the copy of some words to an address of the device. */
  void send(int[] words, long to) {
    room(words.length).asIntBuffer().put(words);
    copy(words.length, to);
  }

  /** Starts the copy of rows, one behind the other. */
  void send(List<float[]> rows, long to) {
    int words = rows.stream().mapToInt(row -> row.length).sum();
    var room = room(words).asFloatBuffer();
    rows.forEach(room::put);
    copy(words, to);
  }

  private ByteBuffer room(int words) {
    HostMemory memory = new HostMemory((long) words * Integer.BYTES);
    sent.add(memory);
    return memory.buffer();
  }

  private void copy(int words, long to) {
    long from = sent.get(sent.size() - 1).address();
    long bytes = (long) words * Integer.BYTES;
    if (bytes > 0) {
      Cuda.check(Cuda.cuMemcpyHtoDAsync_v2(to, from, bytes, Cuda.STREAM), "cuMemcpyHtoDAsync");
    }
  }

  /** Waits for the stream, also where the call has failed half way. */
  @Override
  public void close() {
    if (!sent.isEmpty()) {
      int code = Cuda.cuStreamSynchronize(Cuda.STREAM);
      sent.forEach(HostMemory::close);
      sent.clear();
      Cuda.check(code, "cuStreamSynchronize");
    }
  }
}
