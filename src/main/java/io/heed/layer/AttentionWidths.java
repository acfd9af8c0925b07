package io.heed.layer;

import io.heed.layer.AttentionScore.Form;
import io.heed.tensor.Matrix;
import java.util.Locale;
import java.util.Optional;

/**
 * The widths of an attention layer, found to fit each other.
 *
 * @param averaged of the values of all heads side by side
 * @param result values of a vector of the result
 */
record AttentionWidths(int averaged, int result) {

  static AttentionWidths of(
      int heads, AttentionMaps maps, AttentionScore score, int query, int context) {
    int queries = through("query", maps.query().map(LinearMap::weight), query);
    int keys = through("key", maps.key().map(LinearMap::weight), context);
    int compared = through("score", score.weight(), keys);
    int values = through("value", maps.value().map(LinearMap::weight), context);
    require(queries == compared, "queries of width %d do not fit keys of width %d", queries, keys);
    require(
        heads >= 1 && queries % heads == 0,
        "a width of %d is not divisible by %d heads",
        queries,
        heads);
    require(values % heads == 0, "values of width %d are not divisible by %d heads", values, heads);
    require(
        score.form() != Form.ADDITIVE || score.vector().length == queries,
        "a score vector of %d values does not fit queries of width %d",
        score.vector().length,
        queries);
    int result = through("output", maps.output().map(LinearMap::weight), values);
    return new AttentionWidths(values, result);
  }

  private static int through(String name, Optional<Matrix> weight, int inputs) {
    if (weight.isEmpty()) {
      return inputs;
    }
    if (weight.get().columns() != inputs) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s.weight of %d x %d does not fit vectors of %d values",
              name,
              weight.get().rows(),
              weight.get().columns(),
              inputs));
    }
    return weight.get().rows();
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
    }
  }
}
