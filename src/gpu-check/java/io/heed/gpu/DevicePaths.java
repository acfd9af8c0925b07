package io.heed.gpu;

import java.util.LinkedHashMap;
import java.util.Map;

/** The ways in which the GPU of this process computes, by their names, the fastest first. */
final class DevicePaths {
  private DevicePaths() {}

  static Map<String, GpuDevice> open() {
    GpuDevice device = GpuDevice.open();
    Map<String, GpuDevice> paths = new LinkedHashMap<>();
    if (device.products() instanceof HopperProducts) {
      paths.put("wgmma", device);
    }
    paths.put("mma.sync", byAll(device));
    return paths;
  }

  /** The same by the products that every GPU has. */
  private static GpuDevice byAll(GpuDevice device) {
    Products products = new MmaProducts(device.encoder());
    return new GpuDevice(
        device.ordinal(),
        device.context(),
        device.encoder(),
        products,
        device + ", by " + products);
  }
}
