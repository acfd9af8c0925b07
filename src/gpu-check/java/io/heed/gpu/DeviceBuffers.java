package io.heed.gpu;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Memory of the device by names, filled from files and written to them. Not thread-safe. */
final class DeviceBuffers implements AutoCloseable {
  /** Stands for no memory. */
  private static final String NOTHING = "-";

  private record Buffer(DeviceMemory.Block block, long bytes) {}

  private final DeviceMemory memory;
  private final Map<String, Buffer> buffers = new HashMap<>();

  DeviceBuffers(DeviceMemory memory) {
    this.memory = memory;
  }

  /** Its address, 0 for nothing. */
  long address(String name) {
    return name.equals(NOTHING) ? 0 : find(name).block().address();
  }

  private Buffer find(String name) {
    Buffer buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException("there is no buffer " + name);
    }
    return buffer;
  }

  private Buffer allocate(String name, long bytes) {
    Buffer former = buffers.remove(name);
    if (former != null) {
      former.block().close();
    }
    Buffer buffer = new Buffer(memory.allocate(Math.max(1, bytes)), bytes);
    buffers.put(name, buffer);
    return buffer;
  }

  /** Memory all bits of which are set, so that a float that nobody writes is no number. */
  String room(String name, long bytes) {
    Buffer buffer = allocate(name, bytes);
    Cuda.check(
        Cuda.cuMemsetD8Async(buffer.block().address(), (byte) -1, bytes, Cuda.STREAM),
        "cuMemsetD8Async");
    return name;
  }

  String put(String name, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      HostMemory host = new HostMemory(channel.size());
      ByteBuffer bytes = host.buffer();
      while (bytes.position() < channel.size() && channel.read(bytes) >= 0) {
        // Until the file ends.
      }
      Buffer buffer = allocate(name, channel.size());
      Cuda.check(
          Cuda.cuMemcpyHtoDAsync_v2(
              buffer.block().address(), host.address(), buffer.bytes(), Cuda.STREAM),
          "cuMemcpyHtoDAsync");
      Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
      Reference.reachabilityFence(host);
    }
    return name;
  }

  private HostMemory fetch(Buffer buffer) {
    HostMemory host = new HostMemory(buffer.bytes());
    Cuda.check(
        Cuda.cuMemcpyDtoHAsync_v2(
            host.address(), buffer.block().address(), buffer.bytes(), Cuda.STREAM),
        "cuMemcpyDtoHAsync");
    Cuda.check(Cuda.cuStreamSynchronize(Cuda.STREAM), "cuStreamSynchronize");
    return host;
  }

  String get(String name, Path file) throws IOException {
    Buffer buffer = find(name);
    HostMemory host = fetch(buffer);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.truncate(0);
      ByteBuffer bytes = host.buffer().limit((int) buffer.bytes());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    Reference.reachabilityFence(host);
    return name;
  }

  int[] integers(String name) {
    Buffer buffer = find(name);
    int[] values = new int[(int) (buffer.bytes() / Integer.BYTES)];
    fetch(buffer).buffer().asIntBuffer().get(values);
    return values;
  }

  @Override
  public void close() {
    buffers.values().forEach(buffer -> buffer.block().close());
  }
}
