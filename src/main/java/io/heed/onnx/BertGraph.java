package io.heed.onnx;

import io.heed.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Recognises the graph of an encoder of BERT's kind as PyTorch exports it: from the hidden states
 * backwards, every node and every tensor, so that what is imported computes what the graph does.
 * Names play no part, but for those of the three inputs.
 *
 * <p>Shapes: {@code ids [b, t]}, hidden states {@code [b, t, D]}, heads {@code [b, H, t, D / H]}.
 */
final class BertGraph {
  private static final List<Long> HEADS_FIRST = List.of(0L, 2L, 1L, 3L);
  private static final List<Long> KEYS_LAST = List.of(0L, 2L, 3L, 1L);

  private static final int MOST_LAYERS = 1_000;

  /** Tables whose rows make the embedding of a token. */
  private static final int TABLES = 3;

  /** What hides padding has to be far below all scores, and no infinity. */
  private static final float LARGEST_MASK = -1e4f;

  private final OnnxPatterns graph;
  private final BertParts parts;
  private final Map<String, BertWeight> weights = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();

  private BertGraph(OnnxPatterns graph) {
    this.graph = graph;
    this.parts = new BertParts(graph);
  }

  /** Heads of a projection. */
  private record Heads(BertParts.Linear linear, int heads) {}

  /** A layer, of which the name waits for those before it to be counted. */
  private record Layer(String input, int heads, Map<String, BertWeight> weights) {}

  /**
   * Recognises a graph.
   *
   * @param file for messages
   * @throws CheckpointException naming what it computes besides or instead
   */
  static BertModel recognise(String file, OnnxGraph graph) {
    return new BertGraph(new OnnxPatterns(file, graph)).model(graph.outputs());
  }

  private BertModel model(List<String> outputs) {
    if (outputs.isEmpty() || outputs.size() > 2) {
      throw graph.refused(
          String.format(
              Locale.ROOT,
              "it gives %s; hidden states, and a pooled one beside them, are expected",
              outputs));
    }
    String hidden = outputs.get(0);
    if (outputs.size() == 2) {
      pooler(outputs.get(1), hidden);
    }
    BertParts.Norm norm = parts.norm(hidden);
    while (isLayer(norm.input())) {
      if (layers.size() == MOST_LAYERS) {
        // Else a graph that feeds itself would have no end.
        throw graph.refused(String.format(Locale.ROOT, "it has more than %d layers", MOST_LAYERS));
      }
      Layer layer = layer(norm);
      layers.add(layer);
      norm = parts.norm(layer.input());
    }
    if (layers.isEmpty()) {
      throw graph.refused("it has no layer of attention");
    }
    embeddings(norm);
    graph.requireNothingLeft();
    nameLayers();
    return model();
  }

  private BertModel model() {
    int[] words = weights.get("embeddings.word_embeddings.weight").shape();
    int[] inner = layers.get(0).weights().get("intermediate.dense.weight").shape();
    int heads = layers.get(0).heads();
    for (Layer layer : layers) {
      if (layer.heads() != heads
          || layer.weights().get("intermediate.dense.weight").shape()[0] != inner[0]) {
        throw graph.refused("its layers differ in their heads or their inner width");
      }
    }
    return new BertModel(
        words[0],
        words[1],
        weights.get("embeddings.position_embeddings.weight").shape()[0],
        weights.get("embeddings.token_type_embeddings.weight").shape()[0],
        layers.size(),
        heads,
        inner[0],
        parts.epsilon(),
        Collections.unmodifiableMap(weights));
  }

  private void nameLayers() {
    for (int i = 0; i < layers.size(); i++) {
      String prefix = String.format(Locale.ROOT, "encoder.layer.%d.", layers.size() - 1 - i);
      layers.get(i).weights().forEach((name, weight) -> weights.put(prefix + name, weight));
    }
  }

  // ---- Beside the layers ----

  /** {@code tanh(W · hidden[:, 0] + b)}. */
  private void pooler(String pooled, String hidden) {
    String what = "of the pooled state";
    String gemm = graph.node(pooled, "Tanh", 1, what).inputs().get(0);
    OnnxNode map = graph.node(gemm, "Gemm", 3, what);
    for (String factor : List.of("alpha", "beta")) {
      if (map.numbers().getOrDefault(factor, 1f) != 1f) {
        throw graph.refused(String.format(Locale.ROOT, "%s has %s", map.told(), factor));
      }
    }
    graph.requireAttribute(map, "transA", List.of(0L), List.of(0L));
    graph.requireAttribute(map, "transB", List.of(0L), List.of(1L));
    OnnxNode first = graph.node(map.inputs().get(0), "Gather", 2, what);
    graph.requireAttribute(first, "axis", List.of(0L), List.of(1L));
    parts.requireSame(first.inputs().get(0), hidden, what);
    if (graph.integer(first.inputs().get(1), what) != 0) {
      throw graph.refused("the pooled state is not that of the first token");
    }
    put("pooler.dense.weight", graph.weights(map.inputs().get(1), 2, what));
    put("pooler.dense.bias", graph.weights(map.inputs().get(2), 1, what));
  }

  /** The sum of three tables, normalised. */
  private void embeddings(BertParts.Norm norm) {
    String what = "of the embeddings";
    put("embeddings.LayerNorm.weight", norm.weight());
    put("embeddings.LayerNorm.bias", norm.bias());
    List<String> tables = new ArrayList<>(List.of(norm.input()));
    while (tables.size() < TABLES && tables.stream().anyMatch(this::isSum)) {
      String sum = tables.stream().filter(this::isSum).findFirst().orElseThrow();
      tables.remove(sum);
      tables.addAll(graph.node(sum, "Add", 2, what).inputs());
    }
    if (tables.size() != TABLES) {
      throw graph.refused(
          String.format(
              Locale.ROOT, "the embeddings are a sum of %d tables, not %d", tables.size(), TABLES));
    }
    for (String table : tables) {
      OnnxNode gather = graph.node(table, "Gather", 2, what);
      switch (gather.inputs().get(1)) {
        case "input_ids" -> lookup(gather, "word");
        case "token_type_ids" -> lookup(gather, "token_type");
        default -> position(gather);
      }
    }
    int width = norm.weight().count();
    for (String table : List.of("word", "position", "token_type")) {
      BertWeight rows = weights.get(tableName(table));
      if (rows == null) {
        throw graph.refused(String.format(Locale.ROOT, "it has no table %s", table));
      }
      parts.requireShape(rows.tensor(), rows.shape()[0], width);
    }
  }

  private boolean isSum(String value) {
    return graph.isMadeBy(value, "Add");
  }

  private void lookup(OnnxNode gather, String table) {
    String what = "of the table " + table;
    graph.requireAttribute(gather, "axis", List.of(0L), List.of(0L));
    put(tableName(table), graph.weights(gather.inputs().get(0), 2, what));
  }

  /** Rows 0 to t of the table. */
  private void position(OnnxNode gather) {
    String what = "of the table position";
    graph.requireAttribute(gather, "axis", List.of(0L), List.of(0L));
    OnnxTensor table = graph.weights(gather.inputs().get(0), 2, what);
    put(tableName("position"), table);
    OnnxNode slice = graph.node(gather.inputs().get(1), "Slice", 5, what);
    long[] all = graph.integers(slice.inputs().get(0), what);
    for (int i = 0; i < all.length; i++) {
      if (all[i] != i) {
        throw graph.refused(
            String.format(Locale.ROOT, "the position of token %d is %d", i, all[i]));
      }
    }
    parts.requireShape(graph.tensor(slice.inputs().get(0), what), 1, table.dimensions()[0]);
    long start = graph.integer(slice.inputs().get(1), what);
    long axis = graph.integer(slice.inputs().get(3), what);
    long step = graph.integer(slice.inputs().get(4), what);
    if (start != 0 || axis != 1 || step != 1) {
      throw graph.refused("positions do not count from 0 by 1");
    }
    parts.requireDimension(slice.inputs().get(2), "input_ids", 1, what);
  }

  private static String tableName(String table) {
    return "embeddings." + table + "_embeddings.weight";
  }

  /** {@code (1 - mask[:, None, None, :]) · (a large negative number)}. */
  private void mask(String value) {
    String what = "of the mask of padding";
    OnnxNode product = graph.node(value, "Mul", 2, what);
    List<String> factors = graph.madeByFirst(product, "Sub", what);
    float low = graph.number(factors.get(1), what);
    if (!(low <= LARGEST_MASK && low > Float.NEGATIVE_INFINITY)) {
      throw graph.refused(String.format(Locale.ROOT, "the mask of padding adds %s", low));
    }
    OnnxNode inverse = graph.node(factors.get(0), "Sub", 2, what);
    graph.requireNumber(inverse.inputs().get(0), 1, "the unit " + what);
    OnnxNode cast = graph.node(inverse.inputs().get(1), "Cast", 1, what);
    graph.requireAttribute(cast, "to", List.of(), List.of((long) OnnxTensor.FLOAT));
    String once = parts.unsqueezed(cast.inputs().get(0), 2, what);
    parts.requireSame(parts.unsqueezed(once, 1, what), "attention_mask", what);
  }

  // ---- Layers ----

  /** Whether a value is a residual sum: something beside the result of a linear map. */
  private boolean isLayer(String value) {
    return graph
        .maker(value)
        .filter(node -> node.is("Add") && node.inputs().stream().anyMatch(parts::isLinear))
        .isPresent();
  }

  private Layer layer(BertParts.Norm last) {
    Map<String, BertWeight> found = new LinkedHashMap<>();
    put(found, "output.LayerNorm", last);
    List<String> outer = residual(last.input());
    BertParts.Linear down = parts.linear(outer.get(0), "of the second map of a layer");
    put(found, "output.dense", down);
    BertParts.Linear up = parts.linear(parts.gelu(down.input()), "of the first map of a layer");
    put(found, "intermediate.dense", up);
    parts.requireSame(outer.get(1), up.input(), "the sum around the maps of a layer");
    BertParts.Norm between = parts.norm(up.input());
    put(found, "attention.output.LayerNorm", between);
    List<String> inner = residual(between.input());
    BertParts.Linear joined = parts.linear(inner.get(0), "of the map after attention");
    put(found, "attention.output.dense", joined);
    String input = inner.get(1);
    int heads = attention(joined.input(), input, found);
    int width = last.weight().count();
    parts.requireShape(joined.weight(), width, width);
    parts.requireShape(up.weight(), width, up.out());
    parts.requireShape(down.weight(), up.out(), width);
    return new Layer(input, heads, found);
  }

  /** The linear part of a residual sum, then the other. */
  private List<String> residual(String value) {
    OnnxNode sum = graph.node(value, "Add", 2, "of a residual sum");
    String left = sum.inputs().get(0);
    String right = sum.inputs().get(1);
    return parts.isLinear(left) ? List.of(left, right) : List.of(right, left);
  }

  /** {@code softmax(q kᵀ / √(D / H) + mask) v}, by heads. */
  private int attention(String value, String input, Map<String, BertWeight> found) {
    String what = "of attention";
    OnnxNode joined = graph.node(value, "Reshape", 2, what);
    requireShapeIsKept(joined);
    OnnxNode turned = graph.node(joined.inputs().get(0), "Transpose", 1, what);
    graph.requireAttribute(turned, "perm", List.of(), HEADS_FIRST);
    OnnxNode weighted = graph.node(turned.inputs().get(0), "MatMul", 2, what);
    OnnxNode softmax = graph.node(weighted.inputs().get(0), "Softmax", 1, what);
    List<Long> axis = softmax.integers("axis", List.of(1L));
    if (!axis.equals(List.of(-1L)) && !axis.equals(List.of(3L))) {
      throw graph.refused(
          String.format(Locale.ROOT, "axis of %s is %s, not the last", softmax.told(), axis));
    }
    OnnxNode masked = graph.node(softmax.inputs().get(0), "Add", 2, what);
    List<String> scores = graph.madeByFirst(masked, "Div", what);
    mask(scores.get(1));
    OnnxNode scaled = graph.node(scores.get(0), "Div", 2, what);
    OnnxNode product = graph.node(scaled.inputs().get(0), "MatMul", 2, what);

    Heads query = heads(product.inputs().get(0), HEADS_FIRST, input);
    Heads key = heads(product.inputs().get(1), KEYS_LAST, input);
    Heads values = heads(weighted.inputs().get(1), HEADS_FIRST, input);
    int width = query.linear().out();
    double root = Math.sqrt((double) width / query.heads());
    graph.requireNumber(scaled.inputs().get(1), root, "what scores are divided by");
    if (key.heads() != query.heads() || values.heads() != query.heads()) {
      throw graph.refused("queries, keys and values differ in their heads");
    }
    long[] sizes = reshaped(joined, 1);
    if (sizes[0] != width) {
      throw graph.refused(String.format(Locale.ROOT, "heads of %d values are joined", sizes[0]));
    }
    List<Heads> all = List.of(query, key, values);
    List<String> names = List.of("query", "key", "value");
    for (int i = 0; i < all.size(); i++) {
      parts.requireShape(all.get(i).linear().weight(), width, width);
      put(found, "attention.self." + names.get(i), all.get(i).linear());
    }
    return query.heads();
  }

  private Heads heads(String value, List<Long> order, String input) {
    String what = "of the heads of attention";
    OnnxNode turned = graph.node(value, "Transpose", 1, what);
    graph.requireAttribute(turned, "perm", List.of(), order);
    OnnxNode split = graph.node(turned.inputs().get(0), "Reshape", 2, what);
    requireShapeIsKept(split);
    BertParts.Linear linear = parts.linear(split.inputs().get(0), what);
    parts.requireSame(linear.input(), input, "what attention is computed from");
    long[] sizes = reshaped(split, 2);
    if (sizes[0] < 1
        || sizes[1] < 1
        || linear.out() / sizes[0] != sizes[1]
        || linear.out() % sizes[0] != 0) {
      throw graph.refused(
          String.format(
              Locale.ROOT,
              "%d heads of %d values do not make %d",
              sizes[0],
              sizes[1],
              linear.out()));
    }
    return new Heads(linear, (int) sizes[0]);
  }

  /** The last sizes of a reshape, after those of the batch and of its tokens, which stay. */
  private long[] reshaped(OnnxNode reshape, int count) {
    String what = "of the shape of " + reshape.told();
    OnnxNode shape = graph.node(reshape.inputs().get(1), "Concat", 2 + count, what);
    graph.requireAttribute(shape, "axis", List.of(), List.of(0L));
    String source = reshape.inputs().get(0);
    parts.requireDimension(shape.inputs().get(0), source, 0, what);
    parts.requireDimension(shape.inputs().get(1), source, 1, what);
    return shape.inputs().subList(2, 2 + count).stream()
        .mapToLong(size -> graph.integer(size, what))
        .toArray();
  }

  private void requireShapeIsKept(OnnxNode reshape) {
    graph.requireAttribute(reshape, "allowzero", List.of(0L), List.of(0L));
  }

  private void put(String name, OnnxTensor tensor) {
    weights.put(name, new BertWeight(tensor, false));
  }

  private static void put(Map<String, BertWeight> found, String name, BertParts.Linear linear) {
    found.put(name + ".weight", new BertWeight(linear.weight(), true));
    found.put(name + ".bias", new BertWeight(linear.bias(), false));
  }

  private static void put(Map<String, BertWeight> found, String name, BertParts.Norm norm) {
    found.put(name + ".weight", new BertWeight(norm.weight(), false));
    found.put(name + ".bias", new BertWeight(norm.bias(), false));
  }
}
