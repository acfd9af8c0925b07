package io.heed.layer;

import io.heed.checkpoint.Tensors;
import io.heed.kernel.Activation;
import io.heed.kernel.Kernels;
import io.heed.kernel.Normalization;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.kernel.RelativeBias;
import io.heed.kernel.RmsNormalization;
import io.heed.layer.HeadGroup.Together;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Reads tensors and packs them for the kernels, one after the other, each source dropped when it is
 * packed: the peak is the packed weights and one tensor, or two where it is stored transposed.
 */
public final class PackedWeights implements Weights {
  private final TensorScope scope;
  private final Kernels kernels;

  private PackedWeights(TensorScope scope, Kernels kernels) {
    this.scope = scope;
    this.kernels = kernels;
  }

  /** All names of a checkpoint. */
  public static Weights of(Tensors checkpoint, Kernels kernels) {
    return new PackedWeights(TensorScope.root(checkpoint), kernels);
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public Weights in(String name) {
    return new PackedWeights(scope.in(name), kernels);
  }

  @Override
  public Weights rooted(String... prefixes) {
    return new PackedWeights(scope.rooted(prefixes), kernels);
  }

  @Override
  public Weights renamed(UnaryOperator<String> older) {
    return new PackedWeights(scope.renamed(older), kernels);
  }

  @Override
  public Weights adapted(TaskAdapters adapters) {
    return new PackedWeights(scope.adapted(adapters), kernels);
  }

  @Override
  public boolean has(String name) {
    return scope.has(name);
  }

  @Override
  public boolean same(String name, String other) {
    return scope.same(name, other);
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    return scope.table(name + ".weight", rows, columns);
  }

  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    return scope.byteTable(name + ".weight", rows, columns);
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    return Matrix.of(scope.floats(name + ".weight", rows, columns), rows, columns);
  }

  @Override
  public float[] vector(String name, int size) {
    return scope.floats(name, size);
  }

  @Override
  public int[] indices(String name, int count, int below) {
    return scope.indices(name, count, below);
  }

  @Override
  public Norm layerNorm(String name, int width, Bias bias, float epsilon) {
    float[] gain = scope.floats(name + ".weight", width);
    return new LayerNorm(kernels, new Normalization(gain, bias(name, width, bias), epsilon));
  }

  @Override
  public Norm rmsNorm(String name, int width, float epsilon) {
    float[] gain = scope.floats(name + ".weight", width);
    return new RmsNorm(kernels, kernels, new RmsNormalization(gain, epsilon));
  }

  private float[] bias(String name, int width, Bias bias) {
    return switch (bias) {
      case LEARNED -> scope.floats(name + ".bias", width);
      case NONE -> new float[width];
    };
  }

  /** Scores are scaled after the bias is added, so it is divided by the scale. */
  @Override
  public RelativeBias relativeBias(
      String name, AttentionSpec spec, DistanceBuckets buckets, int positions) {
    Matrix table = matrix(name, buckets.count(), spec.heads());
    float factor = spec.biasFactor();
    int reach = positions - 1;
    Matrix values = Matrix.allocate(spec.heads(), 2 * reach + 1);
    for (int distance = -reach; distance <= reach; distance++) {
      int bucket = buckets.of(distance);
      for (int head = 0; head < spec.heads(); head++) {
        values.data()[values.index(head) + reach + distance] = table.at(bucket, head) * factor;
      }
    }
    return new RelativeBias(values);
  }

  @Override
  public Linear linear(String name, LinearSpec spec) {
    return Linear.pack(kernels, read(name, spec), spec.activation());
  }

  @Override
  public Matrix mapped(String name, LinearSpec spec, Matrix input) {
    Matrix values = Matrix.allocate(input.rows(), spec.outputs());
    linear(name, spec).forward(input, values, new Workspace());
    return values;
  }

  @Override
  public List<Linear> stacked(String name, List<LinearSpec> parts) {
    LinearMap all = read(name, LinearSpec.stacked(parts));
    List<Linear> packed = new ArrayList<>();
    int from = 0;
    for (LinearSpec part : parts) {
      int to = from + part.outputs();
      packed.add(Linear.pack(kernels, all.outputs(from, to), part.activation()));
      from = to;
    }
    return List.copyOf(packed);
  }

  @Override
  public Linear conv1d(String name, LinearSpec spec) {
    return Linear.pack(kernels, readConv1d(name, spec), spec.activation());
  }

  @Override
  public List<Linear> stackedConv1d(String name, LinearSpec part, int count) {
    LinearSpec all = part.below(count);
    Matrix stored = matrix(name, all.inputs(), all.outputs());
    List<Linear> packed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Matrix rows = stored.rows(i * part.inputs(), (i + 1) * part.inputs());
      LinearMap map = LinearMap.of(new Conv1d(rows).transposed());
      packed.add(Linear.pack(kernels, map, part.activation()));
    }
    return List.copyOf(packed);
  }

  @Override
  public List<HeadGroup> heads(
      AttentionSpec spec, int inputs, String query, String key, String value) {
    return heads(
        spec,
        inputs,
        List.of(
            () -> read(query, spec.query(inputs)),
            () -> read(key, spec.keyValue(inputs)),
            () -> read(value, spec.keyValue(inputs))));
  }

  @Override
  public List<HeadGroup> heads(AttentionSpec spec, int inputs, String queryKeyValue) {
    return heads(spec, inputs, read(queryKeyValue, spec.queryKeyValue(inputs)));
  }

  @Override
  public List<HeadGroup> conv1dHeads(AttentionSpec spec, int inputs, String queryKeyValue) {
    return heads(spec, inputs, readConv1d(queryKeyValue, spec.queryKeyValue(inputs)));
  }

  private List<HeadGroup> heads(AttentionSpec spec, int inputs, LinearMap all) {
    int keys = spec.width();
    int values = keys + spec.keyValueWidth();
    int end = values + spec.keyValueWidth();
    return heads(
        spec,
        inputs,
        List.of(
            () -> all.outputs(0, keys),
            () -> all.outputs(keys, values),
            () -> all.outputs(values, end)));
  }

  /**
   * Packs queries, keys and values.
   *
   * @param queryKeyValue the three maps in this order, each asked for once and shared out among the
   *     groups of heads
   */
  private List<HeadGroup> heads(
      AttentionSpec spec, int inputs, List<Supplier<LinearMap>> queryKeyValue) {
    int size = Together.size(spec);
    int groups = spec.keyValueHeads() / size;
    int outputs = spec.queryKeyValue(inputs).outputs() / groups;
    List<Linear> packed = Stream.generate(() -> zeros(outputs, inputs)).limit(groups).toList();
    int at = 0;
    for (Supplier<LinearMap> part : queryKeyValue) {
      LinearMap map = part.get();
      int columns = map.bias().length / groups;
      for (int g = 0; g < groups; g++) {
        Projection target = packed.get(g).projection();
        int from = g * columns;
        kernels.pack(map.weight().rows(from, from + columns), target.weights(), at);
        System.arraycopy(map.bias(), from, target.bias(), at, columns);
      }
      at += columns;
    }
    return packed.stream()
        .<HeadGroup>map(map -> new Together(size * spec.sharing(), size, map))
        .toList();
  }

  private LinearMap read(String name, LinearSpec spec) {
    return new LinearMap(
        matrix(name, spec.outputs(), spec.inputs()), bias(name, spec.outputs(), spec.bias()));
  }

  private LinearMap readConv1d(String name, LinearSpec spec) {
    Conv1d stored = new Conv1d(matrix(name, spec.inputs(), spec.outputs()));
    return new LinearMap(stored.transposed(), bias(name, spec.outputs(), spec.bias()));
  }

  /** A map to be filled. */
  private Linear zeros(int outputs, int inputs) {
    PackedMatrix weights = kernels.allocate(outputs, inputs);
    return new Linear(kernels, new Projection(weights, new float[outputs], Activation.NONE));
  }
}
