package io.heed.training;

import io.heed.layer.BlockSpec;
import io.heed.model.ModelSpec;
import io.heed.training.GradientTree.Node;
import java.util.List;
import java.util.Locale;

/**
 * How much memory training takes, in bytes, about: what is allocated for each run and not what
 * comes and goes.
 *
 * @param weights of one JVM: as they are, packed for both directions, and once more while held-out
 *     rows are evaluated
 * @param task of each task: gradients, moments, exchange and activations
 * @param tasks in one JVM
 */
public record MemoryNeed(long weights, long task, int tasks) {
  private static final int COPIES = 4;

  /** What lies between passes beside what each layer keeps: in values for each token and D. */
  private static final int PASSING = 24;

  private static final double MEGABYTE = 1e6;

  /**
   * Of a model.
   *
   * @param values of all its parameters
   * @param allTasks of the run
   * @param tasks in one JVM
   */
  public static MemoryNeed of(
      ModelSpec spec, long values, StepShape shape, int allTasks, int tasks) {
    long parameters = values * Float.BYTES;
    int most = 0;
    int nodes = 0;
    for (int task = 0; task < allTasks; task++) {
      int first = GradientTree.firstShard(shape.shards(), task, allTasks);
      int end = GradientTree.firstShard(shape.shards(), task + 1, allTasks);
      List<Node> own = GradientTree.nodes(shape.shards(), first, end);
      int levels = 32 - Integer.numberOfLeadingZeros(Math.max(1, end - first - 1));
      most = Math.max(most, own.size() + (end - first > 1 ? levels : 0));
      nodes += own.size();
    }
    long slices = (nodes + 2L) * parameters / allTasks;
    return new MemoryNeed(
        COPIES * parameters, most * parameters + slices + activations(spec, shape), tasks);
  }

  private static long activations(ModelSpec spec, StepShape shape) {
    BlockSpec block = spec.block();
    long blocks =
        Math.min(shape.microBatch(), (shape.batchSize() + shape.shards() - 1) / shape.shards());
    long tokens = blocks * shape.blockLength();
    long kept = 3L * spec.width() + 4L * block.attention().width() + block.intermediate();
    long values = tokens * (kept * spec.layers() + (long) PASSING * spec.width());
    return (values + (long) CausalLoss.ROWS * spec.vocabulary()) * Float.BYTES;
  }

  /** All of one JVM. */
  public long total() {
    return weights + task * tasks;
  }

  /**
   * Refuses a heap that is too small, before it is filled.
   *
   * @param heap its largest size
   * @throws TrainingMemoryException when it is
   */
  public void require(long heap) {
    if (total() > heap) {
      throw new TrainingMemoryException(
          String.format(
              Locale.ROOT,
              "training takes %s, and the heap has %.0f MB: set spark.executor.memory, or"
                  + " spark.driver.memory of a local run, or fewer tasks or a smaller --micro-batch",
              this,
              heap / MEGABYTE));
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "about %.0f MB a JVM: %.0f MB for the weights, %.0f MB for each of %d %s",
        total() / MEGABYTE,
        weights / MEGABYTE,
        task / MEGABYTE,
        tasks,
        tasks == 1 ? "task" : "tasks");
  }
}
