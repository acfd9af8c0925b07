package io.heed.training;

import java.util.ArrayList;
import java.util.List;

/**
 * What all tasks of a step tell each other once gradients are added up, in the order of shards and
 * pages, so that no sum depends on how many tasks there are.
 */
final class StepSums {
  private final List<Double> losses = new ArrayList<>();
  private double loss;
  private double targets;
  private double squares;
  private final boolean saves;

  /** Of what {@link #told} gave in each task, in the tasks' order. */
  StepSums(double[][] told) {
    // The first task's clock counts, for all have to agree.
    saves = told[0][1] == 1;
    for (double[] ofTask : told) {
      int shards = (int) ofTask[0];
      for (int i = 0; i < shards; i++) {
        losses.add(ofTask[2 + i]);
        loss += ofTask[2 + i];
        targets += ofTask[2 + shards + i];
      }
      for (int i = 2 + 2 * shards; i < ofTask.length; i++) {
        squares += ofTask[i];
      }
    }
  }

  /**
   * What a task tells.
   *
   * @param losses summed, of each of its shards
   * @param targets of each of its shards
   * @param squares summed, of each of its pages of the gradient
   * @param saves whether a checkpoint is due behind the step
   */
  static double[] told(double[] losses, double[] targets, double[] squares, boolean saves) {
    double[] told = new double[2 + 2 * losses.length + squares.length];
    told[0] = losses.length;
    told[1] = saves ? 1 : 0;
    System.arraycopy(losses, 0, told, 2, losses.length);
    System.arraycopy(targets, 0, told, 2 + losses.length, targets.length);
    System.arraycopy(squares, 0, told, 2 + 2 * losses.length, squares.length);
    return told;
  }

  /** Tokens that were predicted. */
  long targets() {
    return (long) targets;
  }

  /** The mean loss, in nats, NaN where nothing was predicted. */
  double loss() {
    return loss / targets;
  }

  /** The norm of the gradient of the mean loss. */
  double norm() {
    return targets == 0 ? 0 : Math.sqrt(squares) / targets;
  }

  /** Whether a checkpoint is due. */
  boolean saves() {
    return saves;
  }

  /** The shards whose loss is not finite. */
  List<Integer> nonFinite() {
    List<Integer> shards = new ArrayList<>();
    for (int shard = 0; shard < losses.size(); shard++) {
      if (!Double.isFinite(losses.get(shard))) {
        shards.add(shard);
      }
    }
    return shards;
  }
}
