package io.heed.gpu;

/** Why this JVM can compute on no GPU, or a model not on one. */
public final class NoGpuException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NoGpuException(String reason) {
    super(reason);
  }
}
