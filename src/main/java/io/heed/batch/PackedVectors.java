package io.heed.batch;

import io.heed.tensor.Matrix;
import java.util.List;

/**
 * Sequences of feature vectors laid end to end, without padding.
 *
 * @param vectors {@code [T, D]}, those of all sequences
 * @param cumulativeLengths {@code [B + 1]}, index of the first vector of each sequence, then T
 */
public record PackedVectors(Matrix vectors, int[] cumulativeLengths) {

  /**
   * Packs {@code sequences} in their order.
   *
   * @param width values of every vector, D
   */
  public static PackedVectors of(List<float[][]> sequences, int width) {
    int[] cumulativeLengths = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      cumulativeLengths[i + 1] = Math.addExact(cumulativeLengths[i], sequences.get(i).length);
    }
    Matrix vectors = Matrix.allocate(cumulativeLengths[sequences.size()], width);
    int row = 0;
    for (float[][] sequence : sequences) {
      for (float[] vector : sequence) {
        System.arraycopy(vector, 0, vectors.data(), vectors.index(row), width);
        row++;
      }
    }
    return new PackedVectors(vectors, cumulativeLengths);
  }

  /** Number of sequences, {@code B}. */
  public int sequences() {
    return cumulativeLengths.length - 1;
  }

  /** The sequences {@code from} (inclusive) to {@code to} (exclusive). */
  public PackedVectors sequences(int from, int to) {
    int first = cumulativeLengths[from];
    int[] lengths = new int[to - from + 1];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = cumulativeLengths[from + i] - first;
    }
    return new PackedVectors(vectors.rows(first, cumulativeLengths[to]), lengths);
  }
}
