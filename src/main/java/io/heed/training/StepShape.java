package io.heed.training;

/**
 * How the work of a step is cut.
 *
 * @param batchSize blocks of a step
 * @param blockLength tokens of a block
 * @param microBatch blocks that pass through the model together
 * @param shards parts of a step's gradient
 */
public record StepShape(int batchSize, int blockLength, int microBatch, int shards) {}
