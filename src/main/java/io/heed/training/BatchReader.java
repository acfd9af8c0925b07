package io.heed.training;

import io.heed.corpus.Block;
import io.heed.corpus.Blocks;
import io.heed.corpus.SampleOrder;
import io.heed.kernel.CounterRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/** Reads the micro-batches of a task's shards, those of the next step ahead of time. */
final class BatchReader {
  private final Blocks blocks;
  private final SampleOrder order;
  private final Recipe recipe;
  private final int firstShard;
  private final int endShard;
  private final long steps;
  private final Executor ahead;
  private long nextStep = -1;
  private CompletableFuture<List<List<MicroBatch>>> next;

  /**
   * A reader of the shards {@code firstShard} to {@code endShard} (exclusive).
   *
   * @param ahead runs what reads ahead
   */
  BatchReader(Blocks blocks, Recipe recipe, int firstShard, int endShard, Executor ahead) {
    this.blocks = blocks;
    this.recipe = recipe;
    this.order = new SampleOrder(blocks.count(), recipe.batchSize(), recipe.seed());
    this.firstShard = firstShard;
    this.endShard = endShard;
    this.steps = recipe.steps();
    this.ahead = ahead;
  }

  /** The micro-batches of a step, by shard. */
  List<List<MicroBatch>> step(long step) {
    List<List<MicroBatch>> read = nextStep == step ? ahead() : read(step);
    nextStep = step + 1;
    if (nextStep < steps) {
      long following = nextStep;
      next = CompletableFuture.supplyAsync(() -> read(following), ahead);
    }
    return read;
  }

  private List<List<MicroBatch>> ahead() {
    try {
      return next.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("interrupted while waiting for blocks").initCause(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failed
          ? failed
          : new IllegalStateException(e.getCause());
    }
  }

  /** The blocks of a shard, for those who want to know what was in it. */
  List<Long> blocks(long step, int shard) {
    List<Long> numbers = new ArrayList<>();
    for (int j = recipe.firstBlock(shard); j < recipe.firstBlock(shard + 1); j++) {
      numbers.add(order.block(step, j));
    }
    return numbers;
  }

  private List<List<MicroBatch>> read(long step) {
    try {
      List<List<MicroBatch>> shards = new ArrayList<>();
      for (int shard = firstShard; shard < endShard; shard++) {
        List<MicroBatch> batches = new ArrayList<>();
        int end = recipe.firstBlock(shard + 1);
        for (int j = recipe.firstBlock(shard); j < end; j += recipe.microBatch()) {
          batches.add(batch(step, j, Math.min(end, j + recipe.microBatch())));
        }
        shards.add(batches);
      }
      return shards;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks from number {@code first} of a step's batch on, as one micro-batch. */
  private MicroBatch batch(long step, int first, int end) throws IOException {
    List<Block> read = new ArrayList<>();
    int tokens = 0;
    int sequences = 0;
    for (int j = first; j < end; j++) {
      Block block = blocks.block(order.block(step, j), order.rotation(step, j, blocks.tokens()));
      read.add(block);
      tokens += block.ids().length;
      sequences += block.starts().length - 1;
    }
    int[] ids = new int[tokens];
    int[] targets = new int[tokens];
    int[] starts = new int[sequences + 1];
    long[] names = new long[sequences];
    int at = 0;
    int s = 0;
    for (int j = first; j < end; j++) {
      Block block = read.get(j - first);
      System.arraycopy(block.ids(), 0, ids, at, block.ids().length);
      System.arraycopy(block.targets(), 0, targets, at, block.ids().length);
      for (int piece = 0; piece + 1 < block.starts().length; piece++) {
        names[s] = CounterRandom.bits(step * recipe.batchSize() + j, piece);
        starts[s++] = at + block.starts()[piece];
      }
      at += block.ids().length;
    }
    starts[sequences] = tokens;
    return new MicroBatch(ids, targets, starts, names);
  }
}
