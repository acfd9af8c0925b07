package io.heed.regression;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * All keys, in blocks, in order. Every block but the last has the same size, a multiple of {@link
 * PoolingTile#GROUP}. Tasks get blocks by broadcast, one at a time: Spark keeps those for which
 * memory is short on disk, so keys may be more than a JVM holds.
 */
interface Keys extends Serializable {
  /** Keys of a block: half a megabyte of values, and of each feature. */
  int BLOCK = 1 << 16;

  /** n, at least 1. */
  long count();

  /** d, at least 1. */
  int dimensions();

  int blocks();

  KeyBlock block(int index);

  /** Keys in this JVM. */
  record Local(List<KeyBlock> all) implements Keys {
    public Local {
      all = List.copyOf(all);
    }

    @Override
    public long count() {
      KeyBlock last = all.get(all.size() - 1);
      return last.first() + last.size();
    }

    @Override
    public int dimensions() {
      return all.get(0).dimensions();
    }

    @Override
    public int blocks() {
      return all.size();
    }

    @Override
    public KeyBlock block(int index) {
      return all.get(index);
    }
  }

  /**
   * Keys that tasks fetch when they come to them.
   *
   * @param all the {@link KeyBlock#rows} of each block; numbers only, which every serializer takes
   */
  record Shared(long count, int dimensions, List<Broadcast<double[]>> all) implements Keys {
    @Override
    public int blocks() {
      return all.size();
    }

    @Override
    public KeyBlock block(int index) {
      return new KeyBlock((long) index * BLOCK, dimensions, all.get(index).value());
    }
  }
}
