package io.heed.layer;

import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** Some heads of attention, and where their queries, keys and values come from. */
public sealed interface HeadGroup {

  /** Heads of queries. */
  int heads();

  /** Heads of keys and values, a divisor of {@link #heads}. */
  int keyValueHeads();

  /**
   * The queries, keys and values of these heads, valid until the next group is asked.
   *
   * @param queries {@code [Tq, query width]}
   * @param context {@code [Tk, context width]}
   */
  HeadInputs project(Matrix queries, Matrix context, Workspace workspace);

  /**
   * What some heads attend with.
   *
   * @param queries {@code [Tq, H·Dh]}
   * @param keys {@code [Tk, K·Dh]}
   * @param values {@code [Tk, K·Dv]}
   */
  record HeadInputs(Matrix queries, Matrix keys, Matrix values) {}

  /**
   * Heads of self-attention, whose queries, keys and values come from one product.
   *
   * @param queryKeyValue to all of them, queries first, then keys, all heads of one width
   */
  record Together(int heads, int keyValueHeads, Linear queryKeyValue) implements HeadGroup {
    /** Fewest queries of a group: products with fewer outputs are slower. */
    private static final int GROUP_COLUMNS = 96;

    /** Heads of keys and values in each group: the fewest that divide all and fill a product. */
    static int size(AttentionSpec spec) {
      int columns = spec.headWidth() * spec.sharing();
      for (int size = 1; size < spec.keyValueHeads(); size++) {
        if (spec.keyValueHeads() % size == 0 && size * columns >= GROUP_COLUMNS) {
          return size;
        }
      }
      return spec.keyValueHeads();
    }

    @Override
    public HeadInputs project(Matrix queries, Matrix context, Workspace workspace) {
      if (queries != context) {
        throw new IllegalArgumentException(
            "heads whose queries and keys come from one product attend within their sequence");
      }
      int outputs = queryKeyValue.outputs();
      int width = outputs / (heads + 2 * keyValueHeads);
      Matrix projected = workspace.matrix(Buffer.QUERY_KEY_VALUE, queries.rows(), outputs);
      queryKeyValue.forward(queries, projected, workspace);
      int keys = heads * width;
      int values = keys + keyValueHeads * width;
      return new HeadInputs(
          projected.columns(0, keys),
          projected.columns(keys, values),
          projected.columns(values, outputs));
    }
  }

  /**
   * All heads of a layer of self-attention, whose queries and keys are normalised before they are
   * split into heads, so that there are no groups of them.
   *
   * @param query to the queries of all heads
   * @param queryNorm of these
   * @param key to the keys of all heads
   * @param keyNorm of these
   * @param value to the values of all heads
   */
  record Normalized(int heads, Linear query, Norm queryNorm, Linear key, Norm keyNorm, Linear value)
      implements HeadGroup {

    @Override
    public int keyValueHeads() {
      return heads;
    }

    @Override
    public HeadInputs project(Matrix queries, Matrix context, Workspace workspace) {
      Matrix mappedQueries = mapped(query, queries, Buffer.QUERIES, workspace);
      queryNorm.forward(mappedQueries, mappedQueries, workspace);
      Matrix keys = mapped(key, context, Buffer.KEYS, workspace);
      keyNorm.forward(keys, keys, workspace);
      return new HeadInputs(mappedQueries, keys, mapped(value, context, Buffer.VALUES, workspace));
    }
  }

  /**
   * All heads of a layer, whose queries, keys and values have maps of their own, or pass as they
   * are. Keys may pass through another map before they are compared.
   */
  record Apart(
      int heads,
      Optional<Linear> query,
      Optional<Linear> key,
      Optional<Linear> compared,
      Optional<Linear> value)
      implements HeadGroup {

    @Override
    public int keyValueHeads() {
      return heads;
    }

    @Override
    public HeadInputs project(Matrix queries, Matrix context, Workspace workspace) {
      Matrix keys = mapped(key, context, Buffer.KEYS, workspace);
      return new HeadInputs(
          mapped(query, queries, Buffer.QUERIES, workspace),
          mapped(compared, keys, Buffer.COMPARED_KEYS, workspace),
          mapped(value, context, Buffer.VALUES, workspace));
    }

    private static Matrix mapped(
        Optional<Linear> map, Matrix input, Buffer buffer, Workspace workspace) {
      return map.map(given -> HeadGroup.mapped(given, input, buffer, workspace)).orElse(input);
    }
  }

  private static Matrix mapped(Linear map, Matrix input, Buffer buffer, Workspace workspace) {
    Matrix mapped = workspace.matrix(buffer, input.rows(), map.outputs());
    map.forward(input, mapped, workspace);
    return mapped;
  }
}
