package io.heed.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * The order in which the gradients of shards are added: each node of a binary tree is the sum of
 * its halves, the left before the right, whoever computes them.
 */
final class GradientTree {
  private GradientTree() {}

  /** The shards {@code from} to {@code to} (exclusive), if they are one of the tree's nodes. */
  record Node(int from, int to) {
    int middle() {
      return (from + to) >>> 1;
    }

    boolean isLeaf() {
      return to - from == 1;
    }

    Node left() {
      return new Node(from, middle());
    }

    Node right() {
      return new Node(middle(), to);
    }

    private boolean isIn(int first, int end) {
      return from >= first && to <= end;
    }

    private boolean meets(int first, int end) {
      return from < end && to > first;
    }
  }

  /** The first shard of a task; for the task behind the last the number of shards. */
  static int firstShard(int shards, int task, int tasks) {
    return (int) ((long) shards * task / tasks);
  }

  /** The largest nodes of a tree over {@code shards} that lie in a range, in order. */
  static List<Node> nodes(int shards, int first, int end) {
    List<Node> nodes = new ArrayList<>();
    collect(new Node(0, shards), first, end, nodes);
    return nodes;
  }

  private static void collect(Node node, int first, int end, List<Node> nodes) {
    if (node.isIn(first, end)) {
      nodes.add(node);
    } else if (node.meets(first, end)) {
      collect(node.left(), first, end, nodes);
      collect(node.right(), first, end, nodes);
    }
  }

  /**
   * The sum over a node.
   *
   * @param known gives what is there for a node, or null where it is to be added up
   * @param add gives the sum of the left and the right half
   */
  static <T> T sum(Node node, Function<Node, T> known, BinaryOperator<T> add) {
    T there = known.apply(node);
    return there != null
        ? there
        : add.apply(sum(node.left(), known, add), sum(node.right(), known, add));
  }
}
