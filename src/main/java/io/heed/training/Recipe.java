package io.heed.training;

import io.heed.corpus.Packing;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All that decides the bits of a trained model beside its corpus and the weights it begins with.
 *
 * @param batchSize blocks of a step
 * @param blockLength tokens of a block
 * @param microBatch blocks that pass through the model together
 * @param shards parts of a step's gradient that are added along a fixed tree
 * @param packing what tokens of a block see
 * @param seed of the order of blocks, of dropout and of weights before training
 */
public record Recipe(
    int batchSize,
    int blockLength,
    int microBatch,
    int shards,
    Packing packing,
    Schedule schedule,
    Adam adam,
    DropoutRates dropout,
    long seed)
    implements Serializable {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public Recipe {
    require(batchSize >= 1, "a batch of %d blocks is empty", batchSize);
    require(blockLength >= 1, "a block of %d tokens is empty", blockLength);
    require(microBatch >= 1, "%d blocks cannot pass together", microBatch);
    require(
        shards >= 1 && shards <= batchSize,
        "%d shards of a gradient do not fit a batch of %d blocks",
        shards,
        batchSize);
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
    }
  }

  /** How the work of a step is cut. */
  public StepShape shape() {
    return new StepShape(batchSize, blockLength, microBatch, shards);
  }

  public long steps() {
    return schedule.steps();
  }

  /** The blocks of a batch that a shard begins with; for the one behind the last the batch size. */
  int firstBlock(int shard) {
    return (int) ((long) batchSize * shard / shards);
  }

  /** Its numbers by the names of the options. */
  public Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("objective", "causal");
    entries.put("steps", Long.toString(schedule.steps()));
    entries.put("batch-size", Integer.toString(batchSize));
    entries.put("block-length", Integer.toString(blockLength));
    entries.put("micro-batch", Integer.toString(microBatch));
    entries.put("gradient-shards", Integer.toString(shards));
    entries.put("packing", packing.name().toLowerCase(Locale.ROOT));
    entries.put("schedule", schedule.form().name().toLowerCase(Locale.ROOT));
    entries.put("learning-rate", Double.toString(schedule.rate()));
    entries.put("min-learning-rate", Double.toString(schedule.least()));
    entries.put("warmup-steps", Long.toString(schedule.warmup()));
    entries.put("adam-beta1", Double.toString(adam.beta1()));
    entries.put("adam-beta2", Double.toString(adam.beta2()));
    entries.put("adam-epsilon", Double.toString(adam.epsilon()));
    entries.put("weight-decay", Double.toString(adam.weightDecay()));
    entries.put("max-grad-norm", Double.toString(adam.maxNorm()));
    entries.put("embedding-dropout", Double.toString(dropout.embedding()));
    entries.put("residual-dropout", Double.toString(dropout.residual()));
    entries.put("attention-dropout", Double.toString(dropout.attention()));
    entries.put("seed", Long.toString(seed));
    return entries;
  }

  /** The first entry that differs: its name, what it is here and what it is there. */
  public static Optional<String> difference(Map<String, String> ours, Map<String, String> theirs) {
    return ours.keySet().stream()
        .filter(key -> !ours.get(key).equals(theirs.get(key)))
        .findFirst()
        .map(
            key ->
                String.format(
                    Locale.ROOT,
                    "%s is %s now and was %s",
                    key,
                    ours.get(key),
                    theirs.getOrDefault(key, "absent")));
  }
}
