package ai.rapids.cudf;

/** Memory of the device. */
public abstract class BaseDeviceMemoryBuffer extends MemoryBuffer {
  BaseDeviceMemoryBuffer(long address, long length) {
    super(address, length);
  }
}
