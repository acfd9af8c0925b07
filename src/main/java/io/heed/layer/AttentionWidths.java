package io.heed.layer;

import io.heed.layer.AttentionScore.Form;
import io.heed.tensor.Matrix;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The widths of an attention layer, found to fit each other.
 *
 * @param averaged of the values of all heads side by side
 * @param result values of a vector of the result
 */
public record AttentionWidths(int averaged, int result) {

  /** The widths, of what {@link #misfit} finds nothing wrong with. */
  static AttentionWidths of(
      int heads, AttentionMaps maps, AttentionScore score, int query, int context) {
    misfit(heads, maps, score, query, context)
        .ifPresent(
            rule -> {
              throw new IllegalArgumentException(rule);
            });
    int values = through(maps.value(), context);
    return new AttentionWidths(values, through(maps.output(), values));
  }

  /**
   * The rule that keeps vectors of these widths from attending, with the values that break it.
   *
   * @param query values of a vector of the queries
   * @param context values of a vector of the context
   */
  public static Optional<String> misfit(
      int heads, AttentionMaps maps, AttentionScore score, int query, int context) {
    int queries = through(maps.query(), query);
    int keys = through(maps.key(), context);
    int values = through(maps.value(), context);
    int compared = score.weight().map(Matrix::rows).orElse(keys);
    return Stream.of(
            taken("query", maps.query().map(LinearMap::weight), query),
            taken("key", maps.key().map(LinearMap::weight), context),
            taken("score", score.weight(), keys),
            taken("value", maps.value().map(LinearMap::weight), context),
            unless(
                queries == compared,
                "queries of width %d do not fit keys of width %d",
                queries,
                keys),
            unless(
                heads >= 1 && queries % heads == 0,
                "a width of %d is not divisible by %d heads",
                queries,
                heads),
            unless(
                heads < 1 || values % heads == 0,
                "values of width %d are not divisible by %d heads",
                values,
                heads),
            unless(
                score.form() != Form.ADDITIVE || score.vector().length == queries,
                "a score vector of %d values does not fit queries of width %d",
                score.vector().length,
                queries),
            taken("output", maps.output().map(LinearMap::weight), values))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static int through(Optional<LinearMap> map, int inputs) {
    return map.map(given -> given.weight().rows()).orElse(inputs);
  }

  private static Optional<String> taken(String name, Optional<Matrix> weight, int inputs) {
    return weight.flatMap(
        given ->
            unless(
                given.columns() == inputs,
                "%s.weight of %d x %d does not fit vectors of %d values",
                name,
                given.rows(),
                given.columns(),
                inputs));
  }

  private static Optional<String> unless(boolean holds, String rule, Object... values) {
    return holds ? Optional.empty() : Optional.of(String.format(Locale.ROOT, rule, values));
  }
}
