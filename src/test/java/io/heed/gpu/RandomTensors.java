package io.heed.gpu;

import io.heed.checkpoint.Tensors;
import io.heed.tensor.EmbeddingTable;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A checkpoint that has every tensor that it is asked for, but for some: values that depend on the
 * name and the shape alone, of sizes that leave no part of a block without effect.
 *
 * @param absent tells of a name whether there is no tensor of it
 */
record RandomTensors(Predicate<String> absent) implements Tensors {

  @Override
  public boolean has(String name) {
    return !absent.test(name);
  }

  @Override
  public String name(List<String> names) {
    return names.stream().filter(this::has).findFirst().orElseThrow();
  }

  @Override
  public boolean same(String name, String other) {
    return false;
  }

  @Override
  public float[] floats(String name, int... shape) {
    int count = IntStream.of(shape).reduce(1, Math::multiplyExact);
    Random random = new Random(name.hashCode());
    double mean = shape.length == 1 && !name.endsWith("bias") ? 1 : 0;
    double deviation = deviation(name, shape);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return values;
  }

  private static double deviation(String name, int... shape) {
    if (shape.length == 1) {
      return 0.2;
    }
    if (name.contains("attention_bias")) {
      return 1.5;
    }
    if (name.contains("embed") || name.contains("shared") || name.endsWith("wte.weight")) {
      return 0.7;
    }
    // Scores of T5 are not scaled.
    return name.endsWith(".q.weight") ? 0.04 : 0.14;
  }

  @Override
  public void check(String name, int... shape) {}

  @Override
  public int[] indices(String name, int count, int below) {
    throw new UnsupportedOperationException(name);
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    return new Table(floats(name, rows, columns), rows, columns);
  }

  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    throw new UnsupportedOperationException(name);
  }

  private record Table(float[] values, int rows, int columns) implements EmbeddingTable {
    @Override
    public void gather(int[] wanted, int count, float[] out, int offset) {
      for (int i = 0; i < count; i++) {
        System.arraycopy(values, wanted[i] * columns, out, offset + i * columns, columns);
      }
    }
  }
}
