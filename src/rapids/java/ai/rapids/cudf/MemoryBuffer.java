package ai.rapids.cudf;

/** Memory that is given back when it is closed as often as it was referenced. */
public abstract class MemoryBuffer implements AutoCloseable {
  protected final long address;
  protected final long length;
  private int references = 1;

  MemoryBuffer(long address, long length) {
    this.address = address;
    this.length = length;
  }

  public final long getAddress() {
    return address;
  }

  public final long getLength() {
    return length;
  }

  public void noWarnLeakExpected() {}

  public synchronized void incRefCount() {
    references++;
  }

  @Override
  public synchronized void close() {
    references--;
    if (references < 0) {
      throw new IllegalStateException("closed too often");
    }
    if (references == 0) {
      free();
    }
  }

  abstract void free();
}
