package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.Embeddings;
import io.heed.engine.ModelEncoder;
import io.heed.engine.VectorEnding;
import io.heed.kernel.Kernels;
import io.heed.layer.Poolings;
import io.heed.model.Transformer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Vectors of rows of ids on the emulated GPU, and beside the engine of the CPU. */
record EmulatedGpu(GpuDevice device, DeviceMemory memory) {
  /** bfloat16 has 8 bits, and its rounding errors meet each other in a few layers. */
  static final double LEAST_COSINE = 0.9995;

  /** One of the oldest kind. */
  static EmulatedGpu open() {
    return open(80);
  }

  /** One of a compute capability. */
  static EmulatedGpu open(int capability) {
    EmulatedDriver.require();
    EmulatedDriver.emulate("capability", capability);
    return new EmulatedGpu(GpuDevice.open(), DeviceMemory.ofDriver());
  }

  /** Vectors and flags of a call. */
  record Outcome(float[][] vectors, int[] flags) {}

  /** Rows of ids, which are the same every time. */
  static List<int[]> rows(int vocabulary, int... lengths) {
    Random random = new Random(5);
    List<int[]> rows = new ArrayList<>();
    for (int length : lengths) {
      rows.add(random.ints(length, 0, vocabulary).toArray());
    }
    return rows;
  }

  /** The vectors of rows, none of which is cut but by the model. */
  Outcome embed(GpuEncoder encoder, List<int[]> rows, Poolings poolings, VectorEnding ending) {
    int dimensions = encoder.dimensions(poolings, ending);
    int[] offsets = new int[rows.size() + 1];
    for (int i = 0; i < rows.size(); i++) {
      offsets[i + 1] = offsets[i] + rows.get(i).length;
    }
    int[] ids = rows.stream().flatMapToInt(Arrays::stream).toArray();
    long bytes = (long) rows.size() * dimensions * Float.BYTES;
    try (DeviceMemory.Block onDevice = memory.allocate(Math.max(1, ids.length * 4L));
        DeviceMemory.Block vectors = memory.allocate(Math.max(1, bytes))) {
      HostMemory host = new HostMemory(Math.max(ids.length * 4L, bytes));
      host.buffer().asIntBuffer().put(ids);
      Cuda.check(
          Cuda.cuMemcpyHtoDAsync_v2(
              onDevice.address(), host.address(), ids.length * 4L, Cuda.STREAM),
          "ids");
      int[] flags =
          encoder.embed(
              onDevice.address(),
              offsets,
              Integer.MAX_VALUE,
              poolings,
              ending,
              vectors.address(),
              memory);
      Cuda.check(
          Cuda.cuMemcpyDtoHAsync_v2(host.address(), vectors.address(), bytes, Cuda.STREAM),
          "vectors");
      float[][] found = new float[rows.size()][dimensions];
      var floats = host.buffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
      Arrays.stream(found).forEach(floats::get);
      return new Outcome(found, flags);
    }
  }

  /** What the CPU makes of the same rows. */
  static Embeddings expected(
      Transformer model,
      Kernels kernels,
      List<int[]> rows,
      Poolings poolings,
      VectorEnding ending) {
    ModelEncoder encoder = new ModelEncoder(model, kernels, poolings, ending);
    return new EmbeddingEngine(encoder, kernels).session().embed(PackedBatch.of(rows));
  }

  /**
   * Compares vectors with those of the CPU.
   *
   * @param parts of a vector that are compared one by one
   */
  static void assertNear(Outcome outcome, Embeddings expected, int parts) {
    for (int i = 0; i < outcome.vectors().length; i++) {
      float[] vector = expected.vector(i);
      assertThat(outcome.flags()[i]).as("flags of row %d", i).isZero();
      assertThat(outcome.vectors()[i]).hasSameSizeAs(vector);
      int size = vector.length / parts;
      for (int part = 0; part < parts; part++) {
        double cosine = cosine(outcome.vectors()[i], vector, part * size, (part + 1) * size);
        assertThat(cosine).as("part %d of row %d", part, i).isGreaterThan(LEAST_COSINE);
      }
    }
  }

  private static double cosine(float[] a, float[] b, int from, int to) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = from; i < to; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }
}
