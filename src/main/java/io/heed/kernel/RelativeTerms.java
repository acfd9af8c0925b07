package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Optional;

/**
 * What is added to the score of a query i and a key j of the same sequence by how far they stand
 * apart, as disentangled attention has it (He et al., 2021): the product of the query with a vector
 * of that distance, and then that of the key with another. Both are dot products of a head, chains
 * like those of the score.
 */
public final class RelativeTerms {
  private final Optional<Matrix> keys;
  private final Optional<Matrix> queries;
  private final int[] rows;

  private RelativeTerms(Optional<Matrix> keys, Optional<Matrix> queries, int[] rows) {
    this.keys = keys;
    this.queries = queries;
    this.rows = rows;
  }

  /**
   * Terms of all heads. The rows are checked here, once: attention asks for those of a few heads
   * again and again.
   *
   * @param keys {@code [U, H·Dh]}, that queries are multiplied with
   * @param queries {@code [U, H·Dh]}, that keys are multiplied with
   * @param rows {@code [2R + 1]}, which of the U rows belongs to each distance {@code i - j} from
   *     -R to R, never falling
   * @throws IllegalArgumentException when there is no middle, or one falls
   */
  public static RelativeTerms of(Optional<Matrix> keys, Optional<Matrix> queries, int[] rows) {
    AttentionShapes.checkDistances(rows.length);
    for (int i = 0; i < rows.length; i++) {
      Shapes.require(
          rows[i] >= (i == 0 ? 0 : rows[i - 1]), "row %d of distance %d falls", rows[i], i);
    }
    return new RelativeTerms(keys, queries, rows);
  }

  /** That queries are multiplied with, where there are such. */
  Optional<Matrix> keys() {
    return keys;
  }

  /** That keys are multiplied with, where there are such. */
  Optional<Matrix> queries() {
    return queries;
  }

  /** The row of each distance, from the smallest on. */
  int[] rows() {
    return rows;
  }

  /** R, the largest distance. */
  public int reach() {
    return rows.length / 2;
  }

  /** The row of a query that stands so far behind its key. */
  int row(int distance) {
    return rows[reach() + distance];
  }

  /** What is added for some of the heads. */
  public RelativeTerms heads(int from, int to, int headWidth) {
    return new RelativeTerms(
        keys.map(all -> all.columns(from * headWidth, to * headWidth)),
        queries.map(all -> all.columns(from * headWidth, to * headWidth)),
        rows);
  }

  /**
   * Checks that there is a vector for every head and distance.
   *
   * @throws IllegalArgumentException when there is not
   */
  void check(AttentionInputs inputs) {
    keys.ifPresent(vectors -> check(vectors, inputs));
    queries.ifPresent(vectors -> check(vectors, inputs));
    for (int s = 0; s < inputs.sequences(); s++) {
      int longest = Math.max(inputs.queryCount(s), inputs.keyCount(s));
      Shapes.require(
          longest <= reach() + 1,
          "terms of distances up to %d do not fit sequence %d of %d tokens",
          reach(),
          s,
          longest);
    }
  }

  private void check(Matrix vectors, AttentionInputs inputs) {
    Shapes.require(
        vectors.columns() == inputs.queries().columns(),
        "terms of width %d do not fit queries of width %d",
        vectors.columns(),
        inputs.queries().columns());
    Shapes.require(
        rows[rows.length - 1] < vectors.rows(),
        "row %d is not in terms of %d rows",
        rows[rows.length - 1],
        vectors.rows());
  }
}
