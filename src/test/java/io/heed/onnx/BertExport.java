package io.heed.onnx;

import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The graph that PyTorch exports of a small BERT, from the tensors of a checkpoint. */
final class BertExport {
  static final int LAYERS = 2;
  static final int WIDTH = 8;
  static final int HEADS = 2;
  static final int INNER = 12;
  static final int VOCABULARY = 30;
  static final int POSITIONS = 16;

  /** How exports differ. */
  enum Style {
    /** Operator set 11: axes are attributes. */
    OLDER(11),
    /** Operator set 14: axes are inputs; a pooler. */
    NEWER(14),
    /** Operator set 17: a layer norm is one operation. */
    LAYER_NORMS(17);

    private final int operatorSet;

    Style(int operatorSet) {
      this.operatorSet = operatorSet;
    }
  }

  final OnnxWriter onnx = new OnnxWriter();
  private final HuggingFaceCheckpoint checkpoint;
  private final Style style;

  private BertExport(HuggingFaceCheckpoint checkpoint, Style style) {
    this.checkpoint = checkpoint;
    this.style = style;
    onnx.operatorSet = style.operatorSet;
  }

  static BertCheckpointFixture model() {
    return BertCheckpointFixture.of(LAYERS, WIDTH, HEADS, VOCABULARY, 3)
        .withIntermediateSize(INNER)
        .withMaxPositionEmbeddings(POSITIONS);
  }

  /** Exports the checkpoint that {@link #model} has written. */
  static BertExport of(Path directory, Style style) {
    try (HuggingFaceCheckpoint checkpoint = CheckpointFiles.open(directory).checkpoint(WIDTH)) {
      BertExport export = new BertExport(checkpoint, style);
      export.graph();
      return export;
    }
  }

  private void graph() {
    String mask = mask();
    String hidden = embeddings();
    for (int layer = 0; layer < LAYERS; layer++) {
      hidden = layer("encoder.layer." + layer + ".", hidden, mask);
    }
    onnx.outputs.add(hidden);
    if (style == Style.NEWER) {
      String first = onnx.node("Gather", Map.of("axis", 1), hidden, onnx.constant(new long[0], 0));
      String map =
          onnx.node(
              "Gemm",
              Map.of("alpha", 1f, "beta", 1f, "transB", 1),
              first,
              table("pooler.dense.weight", WIDTH, WIDTH),
              row("pooler.dense.bias", WIDTH));
      onnx.outputs.add(onnx.node("Tanh", map));
    }
  }

  private String mask() {
    String four = unsqueeze(unsqueeze("attention_mask", 1), 2);
    String numbers = onnx.node("Cast", Map.of("to", 1), four);
    String inverse = onnx.node("Sub", onnx.constant(1f), numbers);
    return onnx.node("Mul", inverse, onnx.constant(-Float.MAX_VALUE));
  }

  private String embeddings() {
    String words =
        onnx.node(
            "Gather", table("embeddings.word_embeddings.weight", VOCABULARY, WIDTH), "input_ids");
    String types =
        onnx.node(
            "Gather", table("embeddings.token_type_embeddings.weight", 2, WIDTH), "token_type_ids");
    String sum = onnx.node("Add", words, types);
    long[] all = new long[POSITIONS];
    for (int i = 0; i < POSITIONS; i++) {
      all[i] = i;
    }
    String ids = onnx.add("embeddings.position_ids", new long[] {1, POSITIONS}, all);
    String slice =
        onnx.node(
            "Slice",
            ids,
            onnx.constant(new long[] {1}, 0),
            size("input_ids", 1),
            onnx.constant(new long[] {1}, 1),
            onnx.constant(new long[] {1}, 1));
    String positions =
        onnx.node(
            "Gather", table("embeddings.position_embeddings.weight", POSITIONS, WIDTH), slice);
    return norm("embeddings.LayerNorm", onnx.node("Add", sum, positions));
  }

  private String layer(String prefix, String x, String mask) {
    String self = prefix + "attention.self.";
    String query = heads(linear(self + "query", x, WIDTH, WIDTH), List.of(0, 2, 1, 3));
    String key = heads(linear(self + "key", x, WIDTH, WIDTH), List.of(0, 2, 3, 1));
    String value = heads(linear(self + "value", x, WIDTH, WIDTH), List.of(0, 2, 1, 3));
    String scores = onnx.node("MatMul", query, key);
    float root = (float) Math.sqrt(WIDTH / HEADS);
    String scaled = onnx.node("Div", scores, onnx.constant(root));
    String masked = onnx.node("Add", scaled, mask);
    String weights = onnx.node("Softmax", Map.of("axis", style == Style.OLDER ? 3 : -1), masked);
    String context = onnx.node("MatMul", weights, value);
    String turned = onnx.node("Transpose", Map.of("perm", List.of(0, 2, 1, 3)), context);
    String joined = reshape(turned, WIDTH);
    String attended = linear(prefix + "attention.output.dense", joined, WIDTH, WIDTH);
    String between = norm(prefix + "attention.output.LayerNorm", onnx.node("Add", attended, x));
    String up = linear(prefix + "intermediate.dense", between, INNER, WIDTH);
    String down = linear(prefix + "output.dense", gelu(up), WIDTH, INNER);
    return norm(prefix + "output.LayerNorm", onnx.node("Add", down, between));
  }

  private String gelu(String x) {
    String erf = onnx.node("Erf", onnx.node("Div", x, onnx.constant((float) Math.sqrt(2))));
    String sum = onnx.node("Add", erf, onnx.constant(1f));
    return onnx.node("Mul", onnx.node("Mul", x, sum), onnx.constant(0.5f));
  }

  private String heads(String x, List<Integer> order) {
    return onnx.node("Transpose", Map.of("perm", order), reshape(x, HEADS, WIDTH / HEADS));
  }

  private String reshape(String x, int... last) {
    String[] sizes = new String[2 + last.length];
    sizes[0] = size(x, 0);
    sizes[1] = size(x, 1);
    for (int i = 0; i < last.length; i++) {
      sizes[2 + i] = onnx.constant(new long[] {1}, last[i]);
    }
    return onnx.node("Reshape", x, onnx.node("Concat", Map.of("axis", 0), sizes));
  }

  private String size(String x, int dimension) {
    String index = onnx.constant(new long[0], dimension);
    String gather = onnx.node("Gather", Map.of("axis", 0), onnx.node("Shape", x), index);
    return unsqueeze(gather, 0);
  }

  private String unsqueeze(String x, int axis) {
    return style == Style.OLDER
        ? onnx.node("Unsqueeze", Map.of("axes", List.of(axis)), x)
        : onnx.node("Unsqueeze", x, onnx.constant(new long[] {1}, axis));
  }

  private String norm(String name, String x) {
    String weight = row(name + ".weight", WIDTH);
    String bias = row(name + ".bias", WIDTH);
    if (style == Style.LAYER_NORMS) {
      return onnx.node(
          "LayerNormalization", Map.of("axis", -1, "epsilon", 1e-12f), x, weight, bias);
    }
    Map<String, Object> last = Map.of("axes", List.of(-1));
    String centred = onnx.node("Sub", x, onnx.node("ReduceMean", last, x));
    String square = onnx.node("Pow", centred, onnx.constant(2f));
    String variance = onnx.node("ReduceMean", last, square);
    String root = onnx.node("Sqrt", onnx.node("Add", variance, onnx.constant(1e-12f)));
    String scaled = onnx.node("Mul", onnx.node("Div", centred, root), weight);
    return onnx.node("Add", scaled, bias);
  }

  /** A matrix has its rows as columns, and a name that says nothing. */
  private String linear(String name, String x, int out, int in) {
    float[] given = checkpoint.floats(name + ".weight", out, in);
    float[] turned = new float[given.length];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        turned[j * out + i] = given[i * in + j];
      }
    }
    String matrix = onnx.add("onnx::MatMul_" + onnx.tensors.size(), new long[] {in, out}, turned);
    return onnx.node("Add", row(name + ".bias", out), onnx.node("MatMul", x, matrix));
  }

  private String table(String name, int rows, int columns) {
    return onnx.add(name, new long[] {rows, columns}, checkpoint.floats(name, rows, columns));
  }

  private String row(String name, int values) {
    return onnx.add(name, new long[] {values}, checkpoint.floats(name, values));
  }
}
