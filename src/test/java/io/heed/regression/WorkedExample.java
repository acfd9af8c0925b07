package io.heed.regression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Data for tests: the worked example of attention pooling, and random shapes. */
record WorkedExample(double[][] inputs, double[] labels) {

  /** 50 inputs uniform in [0, 5], {@code y = 2 sin(x) + x^0.8 + ε}, ε of deviation 0.5. */
  static WorkedExample seeded(long seed) {
    return seeded(seed, 50);
  }

  static WorkedExample seeded(long seed, int count) {
    Random random = new Random(seed);
    double[] x = random.doubles(count).map(value -> 5 * value).sorted().toArray();
    double[] y =
        Arrays.stream(x)
            .map(v -> 2 * Math.sin(v) + Math.pow(v, 0.8) + 0.5 * random.nextGaussian())
            .toArray();
    return new WorkedExample(
        Arrays.stream(x).mapToObj(v -> new double[] {v}).toArray(double[][]::new), y);
  }

  static WorkedExample random(long seed, int count, int dimensions) {
    Random random = new Random(seed);
    double[][] inputs = new double[count][];
    double[] labels = new double[count];
    for (int i = 0; i < count; i++) {
      inputs[i] = random.doubles(dimensions, -2, 2).toArray();
      labels[i] = 3 * random.nextGaussian();
    }
    return new WorkedExample(inputs, labels);
  }

  /** The keys in blocks of a size that is a multiple of a group. */
  Keys keys(int blockSize) {
    int dimensions = inputs[0].length;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      order.add(i);
    }
    Collections.sort(order, (a, b) -> Arrays.compare(inputs[a], inputs[b]));
    List<KeyBlock> blocks = new ArrayList<>();
    for (int from = 0; from < labels.length; from += blockSize) {
      int size = Math.min(blockSize, labels.length - from);
      double[] rows = new double[size * (dimensions + 1)];
      for (int i = 0; i < size; i++) {
        int row = order.get(from + i);
        System.arraycopy(inputs[row], 0, rows, i * (dimensions + 1), dimensions);
        rows[i * (dimensions + 1) + dimensions] = labels[row];
      }
      blocks.add(new KeyBlock(from, dimensions, rows));
    }
    return new Keys.Local(blocks);
  }

  Keys keys() {
    return keys(Keys.BLOCK);
  }
}
