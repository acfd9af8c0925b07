package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedVectors;
import io.heed.engine.AttentionOptions.Order;
import io.heed.engine.AttentionSequence.Tokens;
import io.heed.engine.AttentionSequence.Vectors;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.kernel.Dropout;
import io.heed.kernel.Reductions;
import io.heed.layer.InputLayer;
import io.heed.layer.MultiHeadAttention;
import io.heed.layer.MultiHeadAttention.Attended;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.layer.Workspace;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Attends with the rows of a table, in batches. Immutable, and for all threads of a JVM. */
public final class AttentionEngine {
  /** The layers of a row, each of which draws for itself what it drops. */
  private static final int INPUT_LAYER = 0;

  private static final int ATTENTION_LAYER = 1;

  private final Optional<InputLayer> input;
  private final MultiHeadAttention attention;
  private final Reductions kernels;
  private final AttentionOptions options;

  /**
   * What a row yields.
   *
   * @param context {@code [Tq][width of the result]}
   * @param weights {@code [H][Tq][Tk]}, where they are wanted
   */
  public record Result(float[][] context, Optional<float[][][]> weights) {}

  /**
   * An engine around a layer.
   *
   * @param input what makes vectors of tokens, where rows hold tokens
   * @param kernels those the layers were made for
   */
  public AttentionEngine(
      Optional<InputLayer> input,
      MultiHeadAttention attention,
      Reductions kernels,
      AttentionOptions options) {
    this.input = input;
    this.attention = attention;
    this.kernels = kernels;
    this.options = options;
  }

  /** Floats of the weights of a row, 0 where they are not wanted. */
  long weightCount(AttentionRow row) {
    return options.weights() == WeightsOut.DROPPED
        ? 0
        : (long) attention.heads() * row.queries().length() * row.context().length();
  }

  /**
   * Whether a row can attend.
   *
   * @return why not, or empty
   */
  public Optional<Rejection> check(AttentionRow row) {
    Optional<Rejection> rejection = row.rejection();
    if (rejection.isPresent()) {
      return rejection;
    }
    Optional<String> misfit = attention.misfit(row.queries().width(), row.context().width());
    if (misfit.isPresent()) {
      return Optional.of(new Rejection(Reason.WRONG_SHAPE, misfit.get()));
    }
    if (weightCount(row) > Integer.MAX_VALUE - 8) {
      String message =
          String.format(
              Locale.ROOT,
              "%d x %d weights of %d heads are more than an array holds",
              row.queries().length(),
              row.context().length(),
              attention.heads());
      return Optional.of(new Rejection(Reason.WRONG_SHAPE, message));
    }
    return Optional.empty();
  }

  /**
   * Attends with rows that passed {@link #check} and are {@link AttentionRow#isLike alike}.
   *
   * @return one result for each row, rejected where it is not finite; independent of the other rows
   */
  List<Rejectable<Result>> attend(List<AttentionRow> rows, Workspace workspace) {
    Dropout dropout =
        new Dropout(options.dropout(), options.seed())
            .ofSequences(rows.stream().mapToLong(AttentionRow::key).toArray());
    PackedVectors queries = queries(rows, dropout.ofLayer(INPUT_LAYER), workspace);
    boolean self = rows.stream().allMatch(row -> row.context() == row.queries());
    PackedVectors context =
        self ? queries : vectors(rows.stream().map(AttentionRow::context).toList());
    Attended attended =
        attention.attend(
            queries,
            context,
            mask(rows),
            dropout.ofLayer(ATTENTION_LAYER),
            options.weights(),
            workspace);
    List<Rejectable<Result>> results = new ArrayList<>();
    for (int s = 0; s < rows.size(); s++) {
      results.add(result(attended, queries.cumulativeLengths(), s));
    }
    return results;
  }

  private PackedVectors queries(List<AttentionRow> rows, Dropout dropout, Workspace workspace) {
    List<AttentionSequence> queries = rows.stream().map(AttentionRow::queries).toList();
    if (input.isEmpty()) {
      return vectors(queries);
    }
    List<int[]> tokens = queries.stream().map(sequence -> ((Tokens) sequence).ids()).toList();
    return input.get().embed(PackedBatch.of(tokens), dropout, workspace);
  }

  private static PackedVectors vectors(List<AttentionSequence> sequences) {
    return PackedVectors.of(
        sequences.stream().map(sequence -> ((Vectors) sequence).values()).toList(),
        sequences.get(0).width());
  }

  private AttentionMask mask(List<AttentionRow> rows) {
    AttentionMask mask =
        options.order() == Order.CAUSAL ? AttentionMask.causal() : AttentionMask.none();
    if (rows.get(0).mask().isPresent()) {
      mask =
          mask.and(
              AttentionMask.explicit(rows.stream().map(row -> row.mask().orElseThrow()).toList()));
    }
    return options.noVisibleKey() == NoVisibleKey.UNIFORM ? mask.uniformWhereNoneIsSeen() : mask;
  }

  private Rejectable<Result> result(Attended attended, int[] queryStarts, int sequence) {
    Matrix context = attended.context().rows(queryStarts[sequence], queryStarts[sequence + 1]);
    return result(
        context, kernels, attended.weights().map(all -> all.toArrays(sequence, attention.heads())));
  }

  /** A copy of what a row yields, rejected where its context is not finite. */
  static Rejectable<Result> result(
      Matrix context, Reductions kernels, Optional<float[][][]> weights) {
    if (!kernels.allFinite(context)) {
      return Rejectable.rejected(Reason.NON_FINITE, "the context has a value that is not finite");
    }
    float[][] vectors = new float[context.rows()][];
    for (int q = 0; q < vectors.length; q++) {
      int at = context.index(q);
      vectors[q] = Arrays.copyOfRange(context.data(), at, at + context.columns());
    }
    return Rejectable.of(new Result(vectors, weights));
  }
}
