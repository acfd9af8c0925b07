package io.heed.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An image that the driver has taken into the current context. For any number of threads. */
final class LoadedImage {
  private final String name;
  private final long module;
  private final Map<String, Kernel> kernels = new ConcurrentHashMap<>();

  private LoadedImage(String name, long module) {
    this.name = name;
    this.module = module;
  }

  /**
   * Loads the first of some images that the driver takes.
   *
   * @throws NoGpuException when it takes none, saying why
   */
  static LoadedImage firstOf(List<String> images) {
    List<String> refused = new ArrayList<>();
    for (String image : images) {
      long[] module = new long[1];
      try {
        Cuda.check(
            Cuda.cuModuleLoadDataEx(module, bytes(image), 0, 0, 0),
            "cuModuleLoadDataEx of " + image);
        return new LoadedImage(image, module[0]);
      } catch (CudaException e) {
        refused.add(e.getMessage());
      }
    }
    throw new NoGpuException(
        String.format(
            Locale.ROOT, "the driver takes none of Heed's images: %s", String.join("; ", refused)));
  }

  /** With a zero behind it, which ends a text and bothers nothing else. */
  private static byte[] bytes(String image) {
    try (InputStream in = LoadedImage.class.getResourceAsStream(image)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + image);
      }
      byte[] all = in.readAllBytes();
      return Arrays.copyOf(all, all.length + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of its kernels, whose blocks have so many threads and bytes of shared memory. */
  Kernel kernel(String kernel, int threads, int sharedMemory) {
    return kernels.computeIfAbsent(
        kernel, absent -> Kernel.of(module, kernel, threads, sharedMemory));
  }

  /** Its name. */
  @Override
  public String toString() {
    return name;
  }
}
