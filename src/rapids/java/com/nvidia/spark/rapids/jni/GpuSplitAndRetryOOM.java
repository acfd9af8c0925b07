package com.nvidia.spark.rapids.jni;

/** The plugin is to call again with half of the rows. */
public class GpuSplitAndRetryOOM extends GpuOOM {
  private static final long serialVersionUID = 1;

  public GpuSplitAndRetryOOM(String message) {
    super(message);
  }
}
