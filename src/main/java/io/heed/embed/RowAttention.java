package io.heed.embed;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The attention weights of one row in one layer, computed again for the driver: they are the bits
 * of the output.
 *
 * @param row place of the row among those asked for
 * @param layer counted from 1
 * @param tokens {@code [T]}, the strings of its tokens
 * @param weights {@code [H, T, T]}
 */
record RowAttention(int row, int layer, String[] tokens, float[] weights) {

  /**
   * All rows in all layers of the plan; the driver gets one after the other. Tasks get their number
   * and give numbers, which every serializer takes.
   */
  public static Iterator<RowAttention> of(
      SparkContext spark, EmbedPlan plan, List<EarliestRow> rows) {
    List<Integer> layers = plan.attentionLayers();
    int count = layers.size();
    List<Integer> tasks = IntStream.range(0, rows.size() * count).boxed().toList();
    int[][] inputIds = rows.stream().map(EarliestRow::inputIds).toArray(int[][]::new);
    int[][] types = rows.stream().map(EarliestRow::types).toArray(int[][]::new);
    // As many partitions as tasks: a partition comes to the driver as a whole.
    Iterator<float[]> weights =
        JavaSparkContext.fromSparkContext(spark)
            .parallelize(tasks, Math.max(1, tasks.size()))
            .map(
                task -> {
                  int row = task / count;
                  return weights(plan, inputIds[row], types[row], layers.get(task % count));
                })
            .toLocalIterator();
    return tasks.stream()
        .map(
            task ->
                new RowAttention(
                    task / count,
                    layers.get(task % count) + 1,
                    rows.get(task / count).tokens(),
                    weights.next()))
        .iterator();
  }

  /** The weights of each head, {@code [T, T]}. */
  public List<Matrix> heads() {
    int count = tokens.length;
    Matrix all = Matrix.of(weights, weights.length / count, count);
    return IntStream.range(0, all.rows() / count)
        .mapToObj(head -> all.rows(head * count, (head + 1) * count))
        .toList();
  }

  private static float[] weights(EmbedPlan plan, int[] inputIds, int[] types, int layer) {
    Matrix weights = plan.attention(inputIds, types, layer).rows();
    int from = weights.offset();
    return Arrays.copyOfRange(weights.data(), from, from + weights.rows() * weights.columns());
  }
}
