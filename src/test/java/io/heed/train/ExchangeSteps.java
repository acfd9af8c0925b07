package io.heed.train;

import io.heed.training.Exchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Steps as training takes them: each task makes numbers, one sums each slice, all get all. */
final class ExchangeSteps {
  /** Many messages of a slice, the last of them short. */
  static final int VALUES = 500_003;

  static final int STEPS = 4;

  private ExchangeSteps() {}

  /** What a task has in a step. */
  static float[] values(int rank, int step, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (((rank + 1) * 31L + step * 17L + i * 7L) % 1009) / 64;
    }
    return values;
  }

  /** A number that is the same in all tasks when they got the same. */
  static String hash(Exchange exchange) {
    int hash = 1;
    for (int step = 0; step < STEPS; step++) {
      float[] total = sum(exchange, step, values(exchange.rank(), step, VALUES));
      double[][] gathered =
          exchange.gather(step + "/norm", exchange.rank() + 0.5, total[exchange.rank()]);
      hash = 31 * hash + Arrays.hashCode(total);
      hash = 31 * hash + Arrays.deepHashCode(gathered);
      if (step > 0) {
        exchange.remove((step - 1) + "/");
      }
    }
    return Integer.toHexString(hash);
  }

  /** The same number, computed alone. */
  static String expected(int tasks) {
    int hash = 1;
    for (int step = 0; step < STEPS; step++) {
      float[] total = new float[VALUES];
      for (int rank = 0; rank < tasks; rank++) {
        float[] values = values(rank, step, VALUES);
        for (int i = 0; i < VALUES; i++) {
          total[i] += values[i];
        }
      }
      double[][] gathered = new double[tasks][];
      for (int rank = 0; rank < tasks; rank++) {
        gathered[rank] = new double[] {rank + 0.5, total[rank]};
      }
      hash = 31 * hash + Arrays.hashCode(total);
      hash = 31 * hash + Arrays.deepHashCode(gathered);
    }
    return Integer.toHexString(hash);
  }

  /** The sum of what all tasks have, in the order of their ranks. */
  static float[] sum(Exchange exchange, int step, float[] own) {
    int n = own.length;
    int tasks = exchange.tasks();
    int begin = cut(n, exchange.rank(), tasks);
    int length = cut(n, exchange.rank() + 1, tasks) - begin;
    exchange.put(step + "/own", own, 0, n);
    float[][] parts = new float[tasks][length];
    List<CompletableFuture<Void>> fetches = new ArrayList<>();
    for (int other = 0; other < tasks; other++) {
      fetches.add(exchange.fetch(other, step + "/own", begin, parts[other], 0, length));
    }
    exchange.await(fetches);
    float[] sum = new float[length];
    for (float[] part : parts) {
      for (int i = 0; i < length; i++) {
        sum[i] += part[i];
      }
    }
    exchange.put(step + "/sum", sum, 0, length);
    float[] total = new float[n];
    fetches.clear();
    for (int other = 0; other < tasks; other++) {
      int at = cut(n, other, tasks);
      int count = cut(n, other + 1, tasks) - at;
      fetches.add(exchange.fetch(other, step + "/sum", 0, total, at, count));
    }
    exchange.await(fetches);
    return total;
  }

  private static int cut(int n, int rank, int tasks) {
    return (int) ((long) n * rank / tasks);
  }
}
