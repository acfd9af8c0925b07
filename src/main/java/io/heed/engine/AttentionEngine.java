package io.heed.engine;

import io.heed.batch.PackedVectors;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.Kernels;
import io.heed.model.MultiHeadAttention;
import io.heed.model.MultiHeadAttention.Attended;
import io.heed.model.MultiHeadAttention.Weights;
import io.heed.model.Workspace;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Attends with the rows of a table, in batches. Immutable, and for all threads of a JVM. */
public final class AttentionEngine {
  private final MultiHeadAttention attention;
  private final Kernels kernels;
  private final Order order;
  private final Weights weights;

  /** Which keys a query may see by its place. */
  public enum Order {
    /** All. */
    NONE,
    /** Those at its own place and before it. */
    CAUSAL
  }

  /**
   * What a row yields.
   *
   * @param context {@code [Tq][width of the result]}
   * @param weights {@code [H][Tq][Tk]}, where they are wanted
   */
  public record Result(float[][] context, Optional<float[][][]> weights) {}

  /** An engine around a layer; {@code kernels} are those the layer was made for. */
  public AttentionEngine(
      MultiHeadAttention attention, Kernels kernels, Order order, Weights weights) {
    this.attention = attention;
    this.kernels = kernels;
    this.order = order;
    this.weights = weights;
  }

  /** Floats of the weights of a row, 0 where they are not wanted. */
  long weightCount(AttentionRow row) {
    return weights == Weights.DROPPED
        ? 0
        : (long) attention.heads() * row.queries().length * row.context().length;
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
    try {
      attention.outputWidth(row.queryWidth(), row.contextWidth());
    } catch (IllegalArgumentException e) {
      return Optional.of(new Rejection(Reason.WRONG_SHAPE, e.getMessage()));
    }
    if (weightCount(row) > Integer.MAX_VALUE - 8) {
      String message =
          "%d x %d weights of %d heads are more than an array holds"
              .formatted(row.queries().length, row.context().length, attention.heads());
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
    PackedVectors queries =
        PackedVectors.of(
            rows.stream().map(AttentionRow::queries).toList(), rows.get(0).queryWidth());
    boolean self = rows.stream().allMatch(row -> row.context() == row.queries());
    PackedVectors context =
        self
            ? queries
            : PackedVectors.of(
                rows.stream().map(AttentionRow::context).toList(), rows.get(0).contextWidth());
    Attended attended = attention.attend(queries, context, mask(rows), weights, workspace);
    List<Rejectable<Result>> results = new ArrayList<>();
    for (int s = 0; s < rows.size(); s++) {
      results.add(result(attended, queries.cumulativeLengths(), s));
    }
    return results;
  }

  private AttentionMask mask(List<AttentionRow> rows) {
    AttentionMask mask = order == Order.CAUSAL ? AttentionMask.causal() : AttentionMask.none();
    return rows.get(0).mask().isEmpty()
        ? mask
        : mask.and(
            AttentionMask.explicit(rows.stream().map(row -> row.mask().orElseThrow()).toList()));
  }

  private Rejectable<Result> result(Attended attended, int[] queryStarts, int sequence) {
    Matrix context = attended.context().rows(queryStarts[sequence], queryStarts[sequence + 1]);
    if (!kernels.allFinite(context)) {
      return Rejectable.rejected(Reason.NON_FINITE, "the context has a value that is not finite");
    }
    float[][] vectors = new float[context.rows()][];
    for (int q = 0; q < vectors.length; q++) {
      int at = context.index(q);
      vectors[q] = Arrays.copyOfRange(context.data(), at, at + context.columns());
    }
    return Rejectable.of(
        new Result(
            vectors, attended.weights().map(all -> all.toArrays(sequence, attention.heads()))));
  }
}
