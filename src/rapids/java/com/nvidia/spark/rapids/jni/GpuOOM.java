package com.nvidia.spark.rapids.jni;

/** Memory of the GPU is short. */
public class GpuOOM extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GpuOOM(String message) {
    super(message);
  }
}
