package io.heed.training;

import io.heed.kernel.Elements;
import io.heed.tensor.Matrix;
import io.heed.training.GradientTree.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The sum of all shards' gradients: each task gives the nodes of the tree that it has, and takes,
 * for the pages that it owns, those of all tasks, which it adds up along the rest of the tree.
 */
final class GradientSum {
  private final int shards;
  private final Exchange exchange;
  private final Elements kernels;

  GradientSum(int shards, Exchange exchange, Elements kernels) {
    this.shards = shards;
    this.exchange = exchange;
    this.kernels = kernels;
  }

  private static String name(Node node) {
    return "gradient-" + node.from() + "-" + node.to();
  }

  /** Lets others read the gradient of a node, which stays as it is until the step ends. */
  void give(String key, Node node, float[] gradient) {
    exchange.put(key + name(node), gradient, 0, gradient.length);
  }

  /** Fills the gradient of the pages of this task. */
  void take(String key, PageOptimizer optimizer) {
    int length = optimizer.length();
    int tasks = exchange.tasks();
    Map<Node, float[]> parts = new HashMap<>();
    List<CompletableFuture<Void>> fetches = new ArrayList<>();
    for (int other = 0; other < tasks; other++) {
      int first = GradientTree.firstShard(shards, other, tasks);
      int end = GradientTree.firstShard(shards, other + 1, tasks);
      for (Node node : GradientTree.nodes(shards, first, end)) {
        // The leftmost node takes the sum of all.
        float[] part = parts.isEmpty() ? optimizer.slice().gradients() : new float[length];
        parts.put(node, part);
        fetches.add(exchange.fetch(other, key + name(node), optimizer.at(), part, 0, length));
      }
    }
    exchange.await(fetches);
    GradientTree.sum(
        new Node(0, shards),
        parts::get,
        (left, right) -> {
          kernels.add(Matrix.of(right, 1, length), Matrix.of(left, 1, length));
          return left;
        });
  }
}
