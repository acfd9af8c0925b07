package io.heed.layer;

import io.heed.kernel.Scratch;
import io.heed.tensor.Matrix;

/**
 * The activations of one thread: buffers that grow to the largest batch met and are used again from
 * then on. Not thread-safe.
 */
public final class Workspace {
  /** What a buffer holds; each is free for another use once the next layer begins. */
  public enum Buffer {
    /** Hidden states, {@code [T, D]}. */
    HIDDEN,
    /** Queries, keys and values of a few heads side by side, of some sequences. */
    QUERY_KEY_VALUE,
    /** Queries of all heads, {@code [Tq, D]}. */
    QUERIES,
    /** Keys of all heads, {@code [Tk, D]}. */
    KEYS,
    /** Keys as a bilinear score compares them, {@code [Tk, D]}. */
    COMPARED_KEYS,
    /** Values of all heads, {@code [Tk, Dv]}. */
    VALUES,
    /** Concatenated heads of some sequences, {@code [tokens, H·Dv]}. */
    CONTEXT,
    /**
     * Hidden states of some tokens as a half of a block reads them, {@code [tokens, D]}, or the
     * embeddings of a batch where these have a width of their own, {@code [T, E]}.
     */
    NORMALIZED,
    /**
     * What a layer adds to the hidden states of some tokens, {@code [tokens, D]}; behind the layers
     * those that are pooled where a prompt is not.
     */
    BRANCH,
    /** The share that each expert has in some tokens, {@code [tokens, experts]}. */
    SHARES,
    /** Hidden states of those of some tokens that an expert gets, {@code [tokens, D]}. */
    ROUTED,
    /** What an expert makes of these, {@code [tokens, D]}. */
    EXPERT,
    /** A mean of the hidden states behind several layers, {@code [T, D]}. */
    MIXED,
    /** Vectors of a batch, {@code [B, D]}, or several of these side by side. */
    POOLED,
    /** Vectors of a batch behind a map, {@code [B, outputs]}. */
    VECTORS,
    /** The same behind the next map. */
    OTHER_VECTORS,
    /** What follows some tokens, {@code [tokens, V]}. */
    LOGITS
  }

  private final Scratch scratch = new Scratch();
  private final float[][] buffers = new float[Buffer.values().length][0];

  /** The kernels' own working memory. */
  public Scratch scratch() {
    return scratch;
  }

  /** A matrix over the buffer, whose values are left from its last use. */
  public Matrix matrix(Buffer buffer, int rows, int columns) {
    int size = Math.addExact(Matrix.ALIGNED_OFFSET, Math.multiplyExact(rows, columns));
    float[] data = buffers[buffer.ordinal()];
    if (data.length < size) {
      data = new float[size];
      buffers[buffer.ordinal()] = data;
    }
    return new Matrix(data, Matrix.ALIGNED_OFFSET, rows, columns, columns);
  }
}
