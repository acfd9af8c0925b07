package io.heed.gpu;

import java.util.Locale;

/** A call of the driver failed. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaException(String call, int code, String name) {
    super(String.format(Locale.ROOT, "%s failed: %s (%d)", call, name, code));
  }
}
