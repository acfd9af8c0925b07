package io.heed.gpu;

import java.util.LinkedHashMap;
import java.util.Map;

/** The ways in which the GPU of this process multiplies, by their names, its own choice first. */
final class DevicePaths {
  private static final String MMA = "mma.sync";

  private DevicePaths() {}

  static Map<String, GpuDevice> open() {
    GpuDevice own = GpuDevice.open();
    MmaProducts mma = new MmaProducts(own.encoder());
    String told = own.told() + ", made to multiply by " + mma;
    Map<String, GpuDevice> paths = new LinkedHashMap<>();
    paths.put(own.products() instanceof MmaProducts ? MMA : "wgmma", own);
    paths.putIfAbsent(MMA, new GpuDevice(own.ordinal(), own.context(), own.encoder(), mma, told));
    return paths;
  }
}
