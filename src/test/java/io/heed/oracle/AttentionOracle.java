package io.heed.oracle;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * Attention in float64, one sequence at a time, as its formulas read: Vaswani et al. (2017), Luong
 * et al. (2015), Bahdanau et al. (2015), Nadaraya and Watson (1964). Products are {@link
 * DenseMatrix#multiply}.
 */
public final class AttentionOracle {
  private AttentionOracle() {}

  /** Which keys a query sees. */
  public interface Visible {
    /** Whether the query sees the key, both counted from 0. */
    boolean test(int query, int key);
  }

  /**
   * A learned map.
   *
   * @param weight {@code [outputs][inputs]}
   * @param bias {@code [outputs]}
   */
  public record Map(double[][] weight, double[] bias) {}

  /**
   * What one sequence yields.
   *
   * @param context {@code [Tq][Dv]}
   * @param weights {@code [H][Tq][Tk]}
   */
  public record Attended(double[][] context, double[][][] weights) {}

  /** {@code x · weightᵀ + bias}, or x where there is no map. */
  public static double[][] map(double[][] x, Optional<Map> map) {
    if (map.isEmpty() || x.length == 0) {
      return x;
    }
    double[][] product = multiply(x, transposed(map.get().weight()));
    for (double[] row : product) {
      for (int j = 0; j < row.length; j++) {
        row[j] += map.get().bias()[j];
      }
    }
    return product;
  }

  /**
   * Attention of every head of one sequence, after the maps and before the output map.
   *
   * @param queries {@code [Tq][D]}
   * @param keys {@code [Tk][D]}
   * @param values {@code [Tk][Dv]}
   * @param score of the values of one head of a query and of a key; the number of the head comes
   *     from {@code scores}
   */
  public static Attended attend(
      double[][] queries,
      double[][] keys,
      double[][] values,
      int heads,
      Visible visible,
      Score score) {
    int valueWidth = values.length == 0 ? 0 : values[0].length / heads;
    double[][] context = new double[queries.length][valueWidth * heads];
    double[][][] weights = new double[heads][][];
    for (int head = 0; head < heads; head++) {
      weights[head] =
          weights(part(queries, head, heads), part(keys, head, heads), visible, score.of(head));
      double[][] averages = multiply(weights[head], part(values, head, heads));
      for (int q = 0; q < queries.length; q++) {
        System.arraycopy(averages[q], 0, context[q], head * valueWidth, valueWidth);
      }
    }
    return new Attended(context, weights);
  }

  /** The score function of each head. */
  public interface Score {
    /** That of one head. */
    ToDoubleBiFunction<double[], double[]> of(int head);
  }

  private static double[][] weights(
      double[][] queries,
      double[][] keys,
      Visible visible,
      ToDoubleBiFunction<double[], double[]> score) {
    double[][] weights = new double[queries.length][keys.length];
    for (int q = 0; q < queries.length; q++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < keys.length; k++) {
        weights[q][k] =
            visible.test(q, k)
                ? score.applyAsDouble(queries[q], keys[k])
                : Double.NEGATIVE_INFINITY;
        max = Math.max(max, weights[q][k]);
      }
      double sum = 0;
      for (int k = 0; k < keys.length; k++) {
        weights[q][k] =
            weights[q][k] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(weights[q][k] - max);
        sum += weights[q][k];
      }
      for (int k = 0; k < keys.length && sum > 0; k++) {
        weights[q][k] /= sum;
      }
    }
    return weights;
  }

  /** The scalar product. */
  public static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[][] part(double[][] x, int head, int heads) {
    double[][] part = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      int width = x[i].length / heads;
      part[i] = Arrays.copyOfRange(x[i], head * width, (head + 1) * width);
    }
    return part;
  }

  private static double[][] multiply(double[][] a, double[][] b) {
    int columns = b.length == 0 ? 0 : b[0].length;
    double[][] product = new double[a.length][columns];
    if (a.length == 0 || b.length == 0) {
      return product;
    }
    DenseMatrix result = matrix(a).multiply(matrix(b));
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < columns; j++) {
        product[i][j] = result.apply(i, j);
      }
    }
    return product;
  }

  private static double[][] transposed(double[][] x) {
    double[][] y = new double[x[0].length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j][i] = x[i][j];
      }
    }
    return y;
  }

  private static DenseMatrix matrix(double[][] rows) {
    int columns = rows[0].length;
    double[] values = new double[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return new DenseMatrix(rows.length, columns, values, true);
  }
}
