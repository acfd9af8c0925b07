package io.heed.gpu;

import java.util.Locale;

/** A call of the driver failed. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  CudaException(String call, int code, String name) {
    super(String.format(Locale.ROOT, "%s failed: %s (%d)", call, name, code));
    this.code = code;
  }

  /** Whether the device has no memory left. */
  public boolean isOutOfMemory() {
    return code == Cuda.OUT_OF_MEMORY;
  }
}
