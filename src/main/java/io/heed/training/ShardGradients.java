package io.heed.training;

import io.heed.tensor.Matrix;
import io.heed.training.GradientTree.Node;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The gradients of a task's shards, added up as far as the tree lets it alone. Arrays are used
 * again: at most one for each level of the tree, and one for each node that is given away.
 */
final class ShardGradients {
  private final DecoderPass pass;
  private final TaskKernels task;
  private final int firstShard;
  private final int length;
  private final Deque<float[]> free = new ArrayDeque<>();

  /** Sum of losses and number of targets of each shard. */
  private final double[] losses;

  private final double[] targets;

  ShardGradients(DecoderPass pass, TaskKernels task, int firstShard, int endShard, int length) {
    this.pass = pass;
    this.task = task;
    this.firstShard = firstShard;
    this.length = length;
    this.losses = new double[endShard - firstShard];
    this.targets = new double[endShard - firstShard];
  }

  /**
   * The gradient of a node, which is the caller's until it gives it back.
   *
   * @param shards micro-batches of the task's shards
   */
  float[] gradient(Node node, long step, List<List<MicroBatch>> shards) {
    return GradientTree.sum(
        node,
        part -> part.isLeaf() ? leaf(part.from(), step, shards) : null,
        (left, right) -> {
          add(right, left);
          release(right);
          return left;
        });
  }

  private float[] leaf(int shard, long step, List<List<MicroBatch>> shards) {
    float[] gradient = free.isEmpty() ? new float[length] : free.pop();
    Arrays.fill(gradient, 0f);
    int number = shard - firstShard;
    double loss = 0;
    long count = 0;
    for (MicroBatch batch : shards.get(number)) {
      loss += pass.addGradient(batch, step, gradient);
      count += batch.targetCount();
    }
    losses[number] = loss;
    targets[number] = count;
    return gradient;
  }

  /** {@code target = target + values}. */
  void add(float[] values, float[] target) {
    task.kernels().add(row(values), row(target));
  }

  private static Matrix row(float[] values) {
    return Matrix.of(values, 1, values.length);
  }

  /** Takes back what a node had. */
  void release(float[] gradient) {
    free.push(gradient);
  }

  /** Of each shard of the task, in order: the sum of losses. */
  double[] losses() {
    return losses;
  }

  /** Of each shard of the task, in order: tokens that were predicted. */
  double[] targets() {
    return targets;
  }
}
