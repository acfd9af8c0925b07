package io.heed.engine;

import io.heed.kernel.Reductions;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The vectors of a batch, one or more per sequence, and attention weights where asked for. */
public final class Embeddings {
  private final float[][] vectors;
  private final int[] firstVector;
  private final List<List<LayerWeights>> attention;
  private final boolean[] finite;
  private final boolean[] finiteWeights;

  private Embeddings(
      float[][] vectors,
      int[] firstVector,
      List<List<LayerWeights>> attention,
      Reductions kernels) {
    this.vectors = vectors;
    this.firstVector = firstVector;
    this.attention = attention;
    this.finite = new boolean[firstVector.length - 1];
    this.finiteWeights = new boolean[finite.length];
    for (int i = 0; i < finite.length; i++) {
      finiteWeights[i] =
          attention.get(i).stream().allMatch(weights -> kernels.allFinite(weights.rows()));
    }
  }

  /**
   * Copies the vectors out of working memory.
   *
   * @param vectors vectors of all sequences
   * @param firstVector {@code [B + 1]}, first row in {@code vectors} of each sequence
   * @param attention for each sequence the weights of its layers, kept as they are
   */
  static Embeddings copyOf(
      Matrix vectors, int[] firstVector, List<List<LayerWeights>> attention, Reductions kernels) {
    float[][] copies = new float[vectors.rows()][];
    for (int row = 0; row < copies.length; row++) {
      int from = vectors.index(row);
      copies[row] = Arrays.copyOfRange(vectors.data(), from, from + vectors.columns());
    }
    Embeddings embeddings = new Embeddings(copies, firstVector, attention, kernels);
    for (int i = 0; i < embeddings.finite.length; i++) {
      embeddings.finite[i] = kernels.allFinite(vectors.rows(firstVector[i], firstVector[i + 1]));
    }
    return embeddings;
  }

  /** Number of sequences, B. */
  public int sequences() {
    return finite.length;
  }

  /** The only vector {@code [D]} of a pooled sequence. */
  public float[] vector(int sequence) {
    return vectors[firstVector[sequence]];
  }

  /** All vectors of a sequence, one per token under {@code tokens} pooling. */
  public float[][] vectors(int sequence) {
    return Arrays.copyOfRange(vectors, firstVector[sequence], firstVector[sequence + 1]);
  }

  /** The attention weights of a sequence, one element for each layer asked for, in their order. */
  public List<LayerWeights> attention(int sequence) {
    return attention.get(sequence);
  }

  /**
   * Whether the sequence has a result.
   *
   * @return why not, or empty
   */
  public Optional<Rejection> rejection(int sequence) {
    if (!finite[sequence]) {
      return Optional.of(notFinite());
    }
    // A token that others do not read, such as one that is not pooled, may spoil its weights alone.
    return finiteWeights[sequence]
        ? Optional.empty()
        : Optional.of(notFinite("the attention has a weight"));
  }

  /** Why a row has no result, where its vector has a value that is not finite. */
  public static Rejection notFinite() {
    return notFinite("the embedding has a value");
  }

  private static Rejection notFinite(String what) {
    return new Rejection(Reason.NON_FINITE, what + " that is not finite");
  }
}
