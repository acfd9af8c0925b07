package io.heed.rapids;

import io.heed.engine.VectorEnding;
import io.heed.layer.Poolings;
import io.heed.spark.executor.ModelReference;
import java.io.Serializable;

/**
 * How the GPU embeds token ids.
 *
 * @param maxLength tokens after which a row is cut
 */
public record GpuEmbedding(
    ModelReference model, int maxLength, Poolings pooling, VectorEnding ending)
    implements Serializable {}
