package io.heed.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;

/**
 * What a batch may hold: inputs that are alike, whose costs stay within budgets, or a single input
 * of any cost. Immutable.
 *
 * @param <I> what is computed in batches
 */
public final class BatchLimits<I> {
  private record Budget<I>(ToLongFunction<? super I> cost, long most) {}

  private final List<Budget<I>> budgets;
  private final BiPredicate<? super I, ? super I> alike;

  private BatchLimits(List<Budget<I>> budgets, BiPredicate<? super I, ? super I> alike) {
    this.budgets = List.copyOf(budgets);
    this.alike = alike;
  }

  /**
   * Limits with one budget.
   *
   * @param cost of an input, at least 0
   * @param budget that the costs of a batch come to at most, at least 1
   */
  public static <I> BatchLimits<I> of(ToLongFunction<? super I> cost, long budget) {
    return new BatchLimits<I>(List.of(), (one, other) -> true).and(cost, budget);
  }

  /** These limits and a budget of another cost. */
  public BatchLimits<I> and(ToLongFunction<? super I> cost, long budget) {
    if (budget < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "the budget of a batch, %d, is not at least 1", budget));
    }
    List<Budget<I>> all = new ArrayList<>(budgets);
    all.add(new Budget<>(cost, budget));
    return new BatchLimits<>(all, alike);
  }

  /** These limits for batches of inputs that are alike. */
  public BatchLimits<I> whereAlike(BiPredicate<? super I, ? super I> both) {
    return new BatchLimits<>(budgets, both);
  }

  /** A batch without inputs. */
  Batch newBatch() {
    return new Batch();
  }

  /** A batch that fills up. Not thread-safe. */
  final class Batch {
    private List<I> inputs = new ArrayList<>();
    private final long[] costs = new long[budgets.size()];

    private Batch() {}

    /** Adds an input where the limits allow it; an empty batch takes any. */
    boolean offer(I input) {
      if (!inputs.isEmpty() && !fits(input)) {
        return false;
      }
      inputs.add(input);
      for (int i = 0; i < costs.length; i++) {
        costs[i] = Math.addExact(costs[i], budgets.get(i).cost().applyAsLong(input));
      }
      return true;
    }

    private boolean fits(I input) {
      for (int i = 0; i < costs.length; i++) {
        Budget<I> budget = budgets.get(i);
        if (budget.cost().applyAsLong(input) > budget.most() - costs[i]) {
          return false;
        }
      }
      return alike.test(inputs.get(0), input);
    }

    boolean isEmpty() {
      return inputs.isEmpty();
    }

    /** The inputs in their order; the batch is empty then. */
    List<I> take() {
      List<I> taken = inputs;
      inputs = new ArrayList<>();
      Arrays.fill(costs, 0);
      return taken;
    }
  }
}
