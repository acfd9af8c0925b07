package io.heed.regression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
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
  private final long queryCount;

  /**
   * The loss and its derivative by the width.
   *
   * @param loss sum of squared errors
   * @param gradient {@code d loss / d w}
   */
  record Loss(double loss, double gradient) {
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
  private record Queries(long[] selves, double[][] features, double[] labels) {

    /** Those of one task, evenly spaced among the keys with those of the others. */
    static Queries of(Keys keys, long queryCount, int tile) {
      long from = (long) tile * PoolingTile.QUERIES;
      int count = (int) Math.min(PoolingTile.QUERIES, queryCount - from);
      int blockSize = keys.block(0).size();
      long[] selves = new long[count];
      double[][] features = new double[keys.dimensions()][count];
      double[] labels = new double[count];
      for (int i = 0; i < count; i++) {
        selves[i] = (long) ((from + i + 0.5) * keys.count() / queryCount);
        KeyBlock holder = keys.block((int) (selves[i] / blockSize));
        int key = (int) (selves[i] - holder.first());
        labels[i] = holder.value(key);
        for (int j = 0; j < features.length; j++) {
          features[j][i] = holder.feature(key, j);
        }
      }
      return new Queries(selves, features, labels);
    }

    Loss loss(Keys keys, double width) {
      PoolingTile tile = PoolingTile.leavingOneOut(features, selves, width).meet(keys);
      Loss sum = new Loss(0, 0);
      for (int i = 0; i < labels.length; i++) {
        double error = tile.prediction(i) - labels[i];
        sum = sum.plus(new Loss(error * error, 2 * error * tile.slope(i, width)));
      }
      return sum;
    }
  }

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
          String.format(
              Locale.ROOT,
              "a width is learned from 2 training rows or more, and there is %d",
              keys.count()));
    }
    this.spark = spark;
    this.keys = keys;
    this.queryCount = Math.min(keys.count(), mostQueries);
  }

  /** How many inputs are queries. */
  long queries() {
    return queryCount;
  }

  private int tiles() {
    return (int) ((queryCount + PoolingTile.QUERIES - 1) / PoolingTile.QUERIES);
  }

  /** The loss of one width. */
  Loss at(double width) {
    return at(new double[] {width}).get(0);
  }

  /** The losses of several widths; the same bits as one by one. */
  List<Loss> at(double... widths) {
    Keys all = keys;
    long count = queryCount;
    int tiles = tiles();
    List<double[]> parts =
        compute(
            widths.length * tiles,
            task -> {
              Loss loss = Queries.of(all, count, task % tiles).loss(all, widths[task / tiles]);
              return new double[] {loss.loss(), loss.gradient()};
            });
    Loss[] losses = new Loss[widths.length];
    Arrays.fill(losses, new Loss(0, 0));
    for (int i = 0; i < parts.size(); i++) {
      double[] part = parts.get(i);
      losses[i / tiles] = losses[i / tiles].plus(new Loss(part[0], part[1]));
    }
    return List.of(losses);
  }

  /**
   * What a function gives for each of so many tasks. Tasks get their number and give numbers, which
   * every serializer takes; they find their queries among the keys themselves.
   */
  private List<double[]> compute(int count, Function<Integer, double[]> function) {
    List<Integer> tasks = IntStream.range(0, count).boxed().toList();
    double pairs = (double) keys.count() * PoolingTile.QUERIES * count;
    if (spark == null || pairs <= DRIVER_PAIRS) {
      List<double[]> results = new ArrayList<>();
      for (int task : tasks) {
        try {
          results.add(function.call(task));
        } catch (Exception e) { // The interface is Spark's.
          throw new IllegalStateException(e);
        }
      }
      return results;
    }
    return spark.parallelize(tasks, count).map(function).collect();
  }

  /**
   * The distance that a tenth of the queries have the nearest key of other features within; NaN
   * where all keys have the same, as far as squares of their differences tell.
   */
  double smallDistance() {
    Keys all = keys;
    long count = queryCount;
    double[] distances =
        compute(
                tiles(),
                tile -> PoolingTile.nearestOthers(Queries.of(all, count, tile).features(), all))
            .stream()
            .flatMapToDouble(Arrays::stream)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    return distances.length == 0 ? Double.NaN : distances[distances.length / 10];
  }

  /**
   * The largest distance that any two keys can have.
   *
   * @throws RegressionException where its square overflows: rows that are infinitely far from all
   *     others are not predicted, and so have no loss
   */
  double finiteSpan() {
    double span = span();
    if (!Double.isFinite(span)) {
      throw new RegressionException(
          "a width cannot be learned: the features span more than a double holds squared");
    }
    return span;
  }

  private double span() {
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
