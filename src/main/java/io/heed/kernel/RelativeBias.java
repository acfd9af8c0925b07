package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * What is added to the score of a query i and a key j of the same sequence, by how far the key
 * stands behind the query: for each head a value for every distance {@code j - i}.
 *
 * @param values {@code [H, 2R + 1]}, those of the distances -R to R
 */
public record RelativeBias(Matrix values) {

  /**
   * Checks that there is a middle.
   *
   * @throws IllegalArgumentException when the number of distances is even
   */
  public RelativeBias {
    AttentionShapes.checkDistances(values.columns());
  }

  /** H. */
  public int heads() {
    return values.rows();
  }

  /** R, the largest distance. */
  public int reach() {
    return values.columns() / 2;
  }

  /** What is added for some of the heads. */
  public RelativeBias heads(int from, int to) {
    return new RelativeBias(values.rows(from, to));
  }

  /**
   * Checks that there is a value for every head and distance.
   *
   * @throws IllegalArgumentException when there is not
   */
  void check(AttentionInputs inputs) {
    Shapes.require(
        heads() == inputs.heads(), "a bias of %d heads does not fit %d", heads(), inputs.heads());
    for (int s = 0; s < inputs.sequences(); s++) {
      int longest = Math.max(inputs.queryCount(s), inputs.keyCount(s));
      Shapes.require(
          longest <= reach() + 1,
          "a bias of distances up to %d does not fit sequence %d of %d tokens",
          reach(),
          s,
          longest);
    }
  }

  /** Index in the values of what is added to the score of a query and the first key. */
  int at(int head, int query) {
    return values.index(head) + reach() - query;
  }
}
