package io.heed.gpu;

/** Rows that no vector can be given. */
public final class GpuRowException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GpuRowException(String message) {
    super(message);
  }
}
