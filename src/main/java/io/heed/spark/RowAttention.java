package io.heed.spark;

import io.heed.tensor.Matrix;
import java.io.Serializable;
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
public record RowAttention(int row, int layer, String[] tokens, float[] weights)
    implements Serializable {

  /** A row and a layer to compute. */
  private record Task(int row, int[] inputIds, int layer) implements Serializable {}

  /** All rows in all layers of the plan; the driver gets one after the other. */
  public static Iterator<RowAttention> of(
      SparkContext spark, EmbeddingPlan plan, List<EarliestRow> rows) {
    List<Task> tasks =
        IntStream.range(0, rows.size())
            .boxed()
            .flatMap(
                row ->
                    plan.attentionLayers().stream()
                        .map(layer -> new Task(row, rows.get(row).inputIds(), layer)))
            .toList();
    // As many partitions as tasks: a partition comes to the driver as a whole.
    return JavaSparkContext.fromSparkContext(spark)
        .parallelize(tasks, Math.max(1, tasks.size()))
        .map(task -> compute(plan, task))
        .toLocalIterator();
  }

  /** The weights of each head, {@code [T, T]}. */
  public List<Matrix> heads() {
    int count = tokens.length;
    Matrix all = Matrix.of(weights, weights.length / count, count);
    return IntStream.range(0, all.rows() / count)
        .mapToObj(head -> all.rows(head * count, (head + 1) * count))
        .toList();
  }

  private static RowAttention compute(EmbeddingPlan plan, Task task) {
    Matrix weights = plan.attention(task.inputIds, task.layer).rows();
    int from = weights.offset();
    return new RowAttention(
        task.row,
        task.layer + 1,
        plan.tokenStrings().strings(task.inputIds),
        Arrays.copyOfRange(weights.data(), from, from + weights.rows() * weights.columns()));
  }
}
