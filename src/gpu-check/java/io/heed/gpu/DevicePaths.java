package io.heed.gpu;

import java.util.Map;

/** The ways in which the GPU of this process computes, by their names, the fastest first. */
final class DevicePaths {
  private DevicePaths() {}

  static Map<String, GpuDevice> open() {
    return Map.of("mma.sync", GpuDevice.open());
  }

  /** Its kernels. */
  static GpuKernels kernels(GpuDevice device) {
    return new GpuKernels(device.module());
  }
}
