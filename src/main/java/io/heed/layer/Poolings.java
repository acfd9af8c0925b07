package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Reductions;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Poolings of which a sequence's vector has the results side by side.
 *
 * @param each in this order; tokens stand alone
 * @param promptTokens at the beginning of each sequence that are not pooled
 */
public record Poolings(List<Pooling> each, int promptTokens) implements Serializable {

  /**
   * Checks what goes together.
   *
   * @throws IllegalArgumentException when there are none, or others beside the tokens
   */
  public Poolings {
    each = List.copyOf(each);
    if (each.isEmpty()
        || each.contains(Pooling.TOKENS) && (each.size() > 1 || promptTokens > 0)
        || promptTokens < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "poolings %s behind %d tokens", each, promptTokens));
    }
  }

  /** Some poolings of all tokens. */
  public static Poolings of(Pooling... each) {
    return new Poolings(List.of(each), 0);
  }

  /** The same without the first tokens of each sequence. */
  public Poolings behind(int tokens) {
    return new Poolings(each, tokens);
  }

  /** Whether a vector is the mean of all tokens and nothing else. */
  public boolean isMean() {
    return each.equals(List.of(Pooling.MEAN)) && promptTokens == 0;
  }

  /** Whether every token gives a vector. */
  public boolean ofTokens() {
    return each.contains(Pooling.TOKENS);
  }

  /** Number of vectors for a sequence of {@code length} tokens. */
  public int vectors(int length) {
    return ofTokens() ? length : 1;
  }

  /** Values in a vector, of hidden states of {@code width} values. */
  public int outputs(int width) {
    return Math.multiplyExact(each.size(), width);
  }

  /**
   * Pools a batch. A sequence without a token to pool has a vector of zeros.
   *
   * @param hidden {@code [T, D]}
   * @return {@code [B, poolings·D]}, or {@code [T, D]} for tokens, valid until the workspace is
   *     used again
   */
  public Matrix pool(Reductions kernels, Matrix hidden, PackedBatch batch, Workspace workspace) {
    if (ofTokens()) {
      return hidden;
    }
    int width = hidden.columns();
    Matrix pooled = workspace.matrix(Buffer.POOLED, batch.sequences(), outputs(width));
    int[] starts = batch.cumulativeLengths();
    Matrix read = hidden;
    if (promptTokens > 0) {
      starts = startsBehindPrompt(batch);
      read = behindPrompt(hidden, batch, starts, workspace);
    }
    int[] taken = Arrays.stream(starts).distinct().toArray();
    for (int i = 0; i < each.size() && taken.length > 1; i++) {
      Matrix part = pooled.rows(0, taken.length - 1).columns(i * width, (i + 1) * width);
      each.get(i).pool(kernels, read, taken, promptTokens, part);
    }
    return taken.length == starts.length ? pooled : spread(pooled, starts, taken.length - 1);
  }

  /** Moves the vectors of sequences with tokens to their places, zeros between them. */
  private static Matrix spread(Matrix pooled, int[] starts, int vectors) {
    int from = vectors;
    for (int sequence = pooled.rows() - 1; sequence >= 0; sequence--) {
      int at = pooled.index(sequence);
      if (starts[sequence] == starts[sequence + 1]) {
        Arrays.fill(pooled.data(), at, at + pooled.columns(), 0f);
      } else {
        from--;
        System.arraycopy(pooled.data(), pooled.index(from), pooled.data(), at, pooled.columns());
      }
    }
    return pooled;
  }

  private int[] startsBehindPrompt(PackedBatch batch) {
    int[] starts = new int[batch.sequences() + 1];
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      starts[sequence + 1] = starts[sequence] + Math.max(0, batch.length(sequence) - promptTokens);
    }
    return starts;
  }

  private static Matrix behindPrompt(
      Matrix hidden, PackedBatch batch, int[] starts, Workspace workspace) {
    int width = hidden.columns();
    Matrix kept = workspace.matrix(Buffer.BRANCH, starts[batch.sequences()], width);
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      int tokens = starts[sequence + 1] - starts[sequence];
      int first = batch.cumulativeLengths()[sequence + 1] - tokens;
      for (int i = 0; i < tokens; i++) {
        System.arraycopy(
            hidden.data(),
            hidden.index(first + i),
            kept.data(),
            kept.index(starts[sequence] + i),
            width);
      }
    }
    return kept;
  }
}
