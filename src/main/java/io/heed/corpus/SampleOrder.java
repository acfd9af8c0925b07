package io.heed.corpus;

import io.heed.kernel.CounterRandom;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which blocks the steps of a training read. Each epoch reads every block once, in an order of its
 * own; a step takes up where the one before it stopped, so a batch may hold the last blocks of an
 * epoch and the first of the next. Any step is found alone, by any thread.
 */
public final class SampleOrder {
  /** Keeps the draws of rotations apart from those of permutations. */
  private static final long ROTATION = 1L << 40;

  private record Epoch(long number, Permutation order) {}

  private final long blocks;
  private final int batchSize;
  private final long seed;

  /** An even and an odd epoch, for a batch has two at most when it is no larger than an epoch. */
  private final AtomicReferenceArray<Epoch> atHand = new AtomicReferenceArray<>(2);

  /**
   * An order of blocks.
   *
   * @param blocks how many an epoch has, from 1 to {@link Permutation#LARGEST}
   * @param batchSize how many a step reads, from 1
   * @throws IllegalArgumentException when one is not
   */
  public SampleOrder(long blocks, int batchSize, long seed) {
    if (blocks < 1 || blocks > Permutation.LARGEST || batchSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d blocks cannot be read in batches of %d: blocks are between 1 and %d, a batch has"
                  + " at least 1",
              blocks,
              batchSize,
              Permutation.LARGEST));
    }
    this.blocks = blocks;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  /**
   * The block that is number {@code j} of the batch of a step.
   *
   * @param step from 0
   * @throws IndexOutOfBoundsException when {@code j} is not in [0, batch size), or the step is
   *     negative
   * @throws ArithmeticException when a sample's number is above 2^63 - 1
   */
  public long block(long step, int j) {
    long sample = Math.addExact(first(step), Objects.checkIndex(j, batchSize));
    return order(sample / blocks).at(sample % blocks);
  }

  /**
   * Where the stream begins in the epoch of a sample, so that each epoch cuts documents in other
   * places; at its own beginning in the first.
   *
   * @param tokens of the stream, at least 1
   * @throws IndexOutOfBoundsException as {@link #block}
   */
  public long rotation(long step, int j, long tokens) {
    long sample = Math.addExact(first(step), Objects.checkIndex(j, batchSize));
    long epoch = sample / blocks;
    return epoch == 0 ? 0 : Math.floorMod(CounterRandom.bits(seed, ROTATION, epoch), tokens);
  }

  private long first(long step) {
    return Math.multiplyExact(Objects.checkIndex(step, Long.MAX_VALUE), (long) batchSize);
  }

  private Permutation order(long epoch) {
    int slot = (int) (epoch & 1);
    Epoch held = atHand.get(slot);
    if (held == null || held.number != epoch) {
      // Threads that come here at once make equal orders, so it does not matter whose stays.
      held = new Epoch(epoch, new Permutation(blocks, seed, epoch));
      atHand.set(slot, held);
    }
    return held.order;
  }
}
