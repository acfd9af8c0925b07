package io.heed.regression;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/**
 * The training loss of a width: every training input in turn is a query for all others, and the
 * squared errors are added up.
 *
 * <p>One loss costs queries × keys. So no more than a given number of inputs are queries, evenly
 * spaced in the order of the keys; the keys are always all.
 */
final class LeaveOneOut {
  /** Less is done by the driver, sooner than by a Spark job. */
  private static final double DRIVER_PAIRS = 4e6;

  private final JavaSparkContext spark;
  private final Keys keys;
  private final List<Queries> tiles;
  private final long queryCount;

  /**
   * The loss and its derivative by the width.
   *
   * @param loss sum of squared errors
   * @param gradient {@code d loss / d w}
   */
  record Loss(double loss, double gradient) implements Serializable {
    Loss plus(Loss other) {
      return new Loss(loss + other.loss, gradient + other.gradient);
    }
  }

  /**
   * Some inputs that are queries.
   *
   * @param selves indexes among the keys, ascending
   * @param features {@code [d][m]}
   * @param labels {@code [m]}
   */
  private record Queries(long[] selves, double[][] features, double[] labels)
      implements Serializable {

    Loss loss(Keys keys, double width) {
      PoolingTile tile = PoolingTile.leavingOneOut(features, selves, width).meet(keys);
      Loss sum = new Loss(0, 0);
      for (int i = 0; i < labels.length; i++) {
        double error = tile.prediction(i) - labels[i];
        sum = sum.plus(new Loss(error * error, 2 * error * tile.slope(i, width)));
      }
      return sum;
    }

    double[] nearestOthers(Keys keys) {
      return PoolingTile.nearestOthers(features, keys);
    }
  }

  /** What a task computes. */
  private record Task(Queries queries, int widthIndex) implements Serializable {}

  /**
   * The loss over keys.
   *
   * @param spark where to compute what takes long, or null for here
   * @param mostQueries how many inputs are queries at most
   * @throws RegressionException for fewer than two keys
   */
  LeaveOneOut(JavaSparkContext spark, Keys keys, int mostQueries) {
    if (keys.count() < 2) {
      throw new RegressionException(
          "a width is learned from 2 training rows or more, and there is %d"
              .formatted(keys.count()));
    }
    this.spark = spark;
    this.keys = keys;
    this.queryCount = Math.min(keys.count(), mostQueries);
    this.tiles = tiles();
  }

  /** How many inputs are queries. */
  long queries() {
    return queryCount;
  }

  private List<Queries> tiles() {
    List<Queries> found = new ArrayList<>();
    int block = 0;
    for (long from = 0; from < queryCount; from += PoolingTile.QUERIES) {
      int count = (int) Math.min(PoolingTile.QUERIES, queryCount - from);
      long[] selves = new long[count];
      double[][] features = new double[keys.dimensions()][count];
      double[] labels = new double[count];
      for (int i = 0; i < count; i++) {
        selves[i] = (long) ((from + i + 0.5) * keys.count() / queryCount);
        while (selves[i] >= keys.block(block).first() + keys.block(block).size()) {
          block++;
        }
        KeyBlock holder = keys.block(block);
        int key = (int) (selves[i] - holder.first());
        labels[i] = holder.values()[key];
        for (int j = 0; j < features.length; j++) {
          features[j][i] = holder.feature(key, j);
        }
      }
      found.add(new Queries(selves, features, labels));
    }
    return found;
  }

  /** The loss of one width. */
  Loss at(double width) {
    return at(new double[] {width}).get(0);
  }

  /** The losses of several widths; the same bits as one by one. */
  List<Loss> at(double... widths) {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      for (Queries queries : tiles) {
        tasks.add(new Task(queries, i));
      }
    }
    Keys all = keys;
    List<Loss> parts = compute(tasks, task -> task.queries().loss(all, widths[task.widthIndex()]));
    Loss[] losses = new Loss[widths.length];
    Arrays.fill(losses, new Loss(0, 0));
    for (int i = 0; i < parts.size(); i++) {
      int index = tasks.get(i).widthIndex();
      losses[index] = losses[index].plus(parts.get(i));
    }
    return List.of(losses);
  }

  private <T, R> List<R> compute(List<T> tasks, Function<T, R> function) {
    double pairs = (double) keys.count() * PoolingTile.QUERIES * tasks.size();
    if (spark == null || pairs <= DRIVER_PAIRS) {
      List<R> results = new ArrayList<>();
      for (T task : tasks) {
        try {
          results.add(function.call(task));
        } catch (Exception e) { // The interface is Spark's.
          throw new IllegalStateException(e);
        }
      }
      return results;
    }
    return spark.parallelize(tasks, tasks.size()).map(function).collect();
  }

  /**
   * The distance that a tenth of the queries have the nearest key of other features within; NaN
   * where all keys have the same, as far as squares of their differences tell.
   */
  double smallDistance() {
    Keys all = keys;
    double[] distances =
        compute(tiles, queries -> queries.nearestOthers(all)).stream()
            .flatMapToDouble(Arrays::stream)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return distances.length == 0 ? Double.NaN : distances[distances.length / 10];
  }

  /** The largest distance that any two keys can have; infinite where its square overflows. */
  double span() {
    double[] least = new double[keys.dimensions()];
    double[] most = new double[keys.dimensions()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < keys.blocks(); i++) {
      KeyBlock block = keys.block(i);
      for (int key = 0; key < block.size(); key++) {
        for (int j = 0; j < least.length; j++) {
          least[j] = Math.min(least[j], block.feature(key, j));
          most[j] = Math.max(most[j], block.feature(key, j));
        }
      }
    }
    double sum = 0;
    for (int j = 0; j < least.length; j++) {
      sum += (most[j] - least[j]) * (most[j] - least[j]);
    }
    return Math.sqrt(sum);
  }
}
