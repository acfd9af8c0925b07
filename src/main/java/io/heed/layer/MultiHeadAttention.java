package io.heed.layer;

import io.heed.batch.PackedVectors;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionInputs;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionOutputs;
import io.heed.kernel.AttentionRule;
import io.heed.kernel.AttentionWeights;
import io.heed.kernel.Dropout;
import io.heed.kernel.Kernels;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.kernel.ScoreFunction;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
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

  private final Kernels kernels;
  private final int heads;
  private final AttentionMaps maps;
  private final AttentionScore scoring;
  private final Optional<Linear> query;
  private final Optional<Linear> key;
  private final Optional<Linear> score;
  private final Optional<Linear> value;
  private final Optional<Linear> output;

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
    this.kernels = kernels;
    this.heads = heads;
    this.maps = maps;
    this.scoring = score;
    this.query = maps.query().map(this::linear);
    this.key = maps.key().map(this::linear);
    this.score = score.weight().map(AttentionMaps.Map::of).map(this::linear);
    this.value = maps.value().map(this::linear);
    this.output = maps.output().map(this::linear);
  }

  private Linear linear(AttentionMaps.Map map) {
    PackedMatrix packed = kernels.allocate(map.weight().rows(), map.weight().columns());
    kernels.pack(map.weight(), packed, 0);
    return new Linear(kernels, new Projection(packed, map.bias(), Activation.NONE));
  }

  /** H. */
  public int heads() {
    return heads;
  }

  /**
   * Checks that vectors of these widths can attend.
   *
   * @param queryWidth values of a vector of the queries
   * @param contextWidth values of a vector of the context
   * @return values of a vector of the result
   * @throws IllegalArgumentException when widths, maps and heads do not fit each other
   */
  public int outputWidth(int queryWidth, int contextWidth) {
    return AttentionWidths.of(heads, maps, scoring, queryWidth, contextWidth).result();
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
            heads, maps, scoring, queries.vectors().columns(), context.vectors().columns());
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
    ScoreFunction function = scoring.function(widths.compared() / heads);
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
      attend(
          queries.sequences(from, to),
          context.sequences(from, to),
          new AttentionRule(function, mask.sequences(from, to), dropout.fromSequence(from)),
          new AttentionOutputs(
              result.rows(queryStarts[from], queryStarts[to]),
              kept.map(all -> all.sequences(first, end))),
          workspace);
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
      PackedVectors queries,
      PackedVectors context,
      AttentionRule rule,
      AttentionOutputs outputs,
      Workspace workspace) {
    AttentionInputs inputs =
        new AttentionInputs(
            mapped(query, queries.vectors(), Buffer.QUERIES, workspace),
            keys(context.vectors(), workspace),
            mapped(value, context.vectors(), Buffer.VALUES, workspace),
            queries.cumulativeLengths(),
            context.cumulativeLengths(),
            heads);
    if (output.isEmpty()) {
      kernels.attention(inputs, rule, outputs, workspace.scratch());
      return;
    }
    Matrix averages =
        workspace.matrix(Buffer.CONTEXT, inputs.queries().rows(), inputs.values().columns());
    kernels.attention(
        inputs, rule, new AttentionOutputs(averages, outputs.weights()), workspace.scratch());
    output.get().forward(averages, outputs.context(), workspace);
  }

  private Matrix keys(Matrix context, Workspace workspace) {
    Matrix keys = mapped(key, context, Buffer.KEYS, workspace);
    return mapped(score, keys, Buffer.COMPARED_KEYS, workspace);
  }

  private static Matrix mapped(
      Optional<Linear> map, Matrix input, Buffer buffer, Workspace workspace) {
    if (map.isEmpty()) {
      return input;
    }
    Matrix mapped = workspace.matrix(buffer, input.rows(), map.get().outputs());
    map.get().forward(input, mapped, workspace);
    return mapped;
  }
}
