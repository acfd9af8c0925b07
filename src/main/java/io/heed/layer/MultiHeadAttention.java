package io.heed.layer;

import io.heed.batch.PackedVectors;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.Dropout;
import io.heed.kernel.Kernels;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Multi-head attention (Vaswani et al., 2017) of sequences to themselves or to others: queries come
 * from one batch, keys and values from another, each mapped, compared head by head, averaged, set
 * side by side and mapped once more. Immutable, and for all threads of a JVM.
 */
public final class MultiHeadAttention {
  /** Few enough that what passes through the maps stays in the second cache. */
  private static final int VECTORS_TOGETHER = 256;

  private final int heads;
  private final AttentionMaps maps;
  private final AttentionScore score;
  private final Attention attention;

  /** Whether a caller wants to see the weights. */
  public enum WeightsOut {
    /** They are given, for every head. */
    GIVEN,
    /** They are not kept. */
    DROPPED
  }

  /**
   * What attention yields.
   *
   * @param context {@code [Tq, output width]}, valid until the workspace is used again
   * @param weights of every head, where they are wanted
   */
  public record Attended(Matrix context, Optional<AttentionWeights> weights) {}

  /**
   * A layer, its maps packed for the kernels.
   *
   * @param heads H, a divisor of D and of Dv
   */
  public MultiHeadAttention(Kernels kernels, int heads, AttentionMaps maps, AttentionScore score) {
    this.heads = heads;
    this.maps = maps;
    this.score = score;
    HeadGroup all =
        new HeadGroup.Apart(
            heads,
            pack(kernels, maps.query()),
            pack(kernels, maps.key()),
            pack(kernels, score.weight().map(LinearMap::of)),
            pack(kernels, maps.value()));
    this.attention =
        new Attention(
            kernels,
            score,
            AttentionMask.none(),
            PositionRule.none(),
            List.of(all),
            pack(kernels, maps.output()));
  }

  private static Optional<Linear> pack(Kernels kernels, Optional<LinearMap> map) {
    return map.map(read -> Linear.pack(kernels, read, Activation.NONE));
  }

  /** H. */
  public int heads() {
    return heads;
  }

  /**
   * The rule that keeps vectors of these widths from attending, if one does.
   *
   * @param queryWidth values of a vector of the queries
   * @param contextWidth values of a vector of the context
   */
  public Optional<String> misfit(int queryWidth, int contextWidth) {
    return AttentionWidths.misfit(heads, maps, score, queryWidth, contextWidth);
  }

  /** Attends as in inference: nothing is dropped. */
  public Attended attend(
      PackedVectors queries,
      PackedVectors context,
      AttentionMask mask,
      WeightsOut weights,
      Workspace workspace) {
    return attend(queries, context, mask, Dropout.NONE, weights, workspace);
  }

  /**
   * Sequence s of the queries attends to sequence s of the context, each of any length. A query
   * that sees no key has a context of zeros, or the mean of all values, as the mask says, before
   * the output map. The weights that are given are those after dropout, which average the values.
   *
   * @param queries {@code [Tq, query width]}
   * @param context {@code [Tk, context width]}, the same object for self-attention
   * @param dropout of the weights, for training
   * @throws IllegalArgumentException when widths, maps, heads and mask do not fit each other
   */
  public Attended attend(
      PackedVectors queries,
      PackedVectors context,
      AttentionMask mask,
      Dropout dropout,
      WeightsOut weights,
      Workspace workspace) {
    AttentionWidths widths =
        AttentionWidths.of(
            heads, maps, score, queries.vectors().columns(), context.vectors().columns());
    int[] queryStarts = queries.cumulativeLengths();
    int[] keyStarts = context.cumulativeLengths();
    if (queries.sequences() != context.sequences()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d sequences of queries do not fit %d of keys",
              queries.sequences(),
              context.sequences()));
    }
    mask.check(queryStarts, keyStarts);
    Matrix result = workspace.matrix(Buffer.BRANCH, queries.vectors().rows(), widths.result());
    Optional<AttentionWeights> kept =
        weights == WeightsOut.GIVEN
            ? Optional.of(AttentionWeights.allocate(queryStarts, keyStarts, heads))
            : Optional.empty();
    int to;
    for (int from = 0; from < queries.sequences(); from = to) {
      to = partEnd(queryStarts, keyStarts, from);
      int first = from;
      int end = to;
      PackedVectors some = queries.sequences(from, to);
      PackedVectors theirs = queries == context ? some : context.sequences(from, to);
      Sequences sequences =
          new Sequences.Whole(
              some.cumulativeLengths(),
              theirs.cumulativeLengths(),
              mask.sequences(from, to),
              dropout.fromSequence(from),
              kept.map(all -> all.sequences(first, end)));
      Matrix rows = result.rows(queryStarts[from], queryStarts[to]);
      attend(some.vectors(), theirs.vectors(), sequences, widths.averaged(), rows, workspace);
    }
    return new Attended(result, kept);
  }

  /** Behind the sequences from {@code from} on that pass through the maps together. */
  private static int partEnd(int[] queryStarts, int[] keyStarts, int from) {
    int to = from + 1;
    while (to + 1 < queryStarts.length
        && queryStarts[to + 1] - queryStarts[from] <= VECTORS_TOGETHER
        && keyStarts[to + 1] - keyStarts[from] <= VECTORS_TOGETHER) {
      to++;
    }
    return to;
  }

  private void attend(
      Matrix queries,
      Matrix context,
      Sequences sequences,
      int averaged,
      Matrix result,
      Workspace workspace) {
    if (attention.output().isEmpty()) {
      attention.attend(queries, context, sequences, result, workspace);
      return;
    }
    Matrix averages = workspace.matrix(Buffer.CONTEXT, queries.rows(), averaged);
    attention.attend(queries, context, sequences, averages, workspace);
    attention.output().get().forward(averages, result, workspace);
  }
}
