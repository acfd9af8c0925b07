package io.heed.layer;

import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.kernel.Activation;
import io.heed.kernel.Kernels;
import io.heed.kernel.Normalization;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.kernel.RelativeBias;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Arrays;
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
  public static Weights of(HuggingFaceCheckpoint checkpoint, Kernels kernels) {
    return new PackedWeights(TensorScope.root(checkpoint), kernels);
  }

  /** A map as it is computed: {@code weights} {@code [outputs, inputs]}. */
  private record LinearMap(Matrix weights, float[] bias) {

    LinearMap outputs(int from, int to) {
      return new LinearMap(weights.rows(from, to), Arrays.copyOfRange(bias, from, to));
    }
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
  public boolean has(String name) {
    return scope.has(name);
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    return scope.table(name + ".weight", rows, columns);
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    return Matrix.of(scope.floats(name + ".weight", rows, columns), rows, columns);
  }

  @Override
  public LayerNorm layerNorm(String name, int width, float epsilon) {
    float[] gain = scope.floats(name + ".weight", width);
    float[] bias = scope.floats(name + ".bias", width);
    return new LayerNorm(kernels, new Normalization(gain, bias, epsilon));
  }

  /**
   * Scores are scaled after the bias is added, so it is multiplied by what the scale divides by.
   */
  @Override
  public RelativeBias relativeBias(
      String name, AttentionSpec spec, DistanceBuckets buckets, int positions) {
    Matrix table = matrix(name, buckets.count(), spec.heads());
    float factor = (float) Math.sqrt(spec.headWidth());
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
  public Linear linear(String name, int outputs, int inputs, Activation activation) {
    return packed(read(name, outputs, inputs), activation);
  }

  @Override
  public Linear unbiased(String name, int outputs, int inputs) {
    return packed(
        new LinearMap(matrix(name, outputs, inputs), new float[outputs]), Activation.NONE);
  }

  @Override
  public Linear conv1d(String name, int outputs, int inputs, Activation activation) {
    return packed(readConv1d(name, outputs, inputs), activation);
  }

  @Override
  public List<HeadGroup> heads(
      AttentionSpec spec, int inputs, String query, String key, String value) {
    return heads(
        spec,
        inputs,
        Stream.of(query, key, value)
            .<Supplier<LinearMap>>map(name -> () -> read(name, spec.width(), inputs))
            .toList());
  }

  @Override
  public List<HeadGroup> conv1dHeads(AttentionSpec spec, int inputs, String queryKeyValue) {
    int width = spec.width();
    LinearMap all = readConv1d(queryKeyValue, 3 * width, inputs);
    return heads(
        spec,
        inputs,
        Stream.of(0, 1, 2)
            .<Supplier<LinearMap>>map(i -> () -> all.outputs(i * width, (i + 1) * width))
            .toList());
  }

  /**
   * Packs queries, keys and values.
   *
   * @param queryKeyValue the three maps in this order, each asked for once and shared out among the
   *     groups of heads
   */
  private List<HeadGroup> heads(
      AttentionSpec spec, int inputs, List<Supplier<LinearMap>> queryKeyValue) {
    int size = HeadGroup.size(spec.heads(), spec.headWidth());
    int columns = spec.headWidth() * size;
    List<HeadGroup> groups =
        Stream.generate(() -> new HeadGroup(size, zeros(3 * columns, inputs)))
            .limit(spec.heads() / size)
            .toList();
    for (int i = 0; i < queryKeyValue.size(); i++) {
      LinearMap map = queryKeyValue.get(i).get();
      for (int g = 0; g < groups.size(); g++) {
        Projection target = groups.get(g).queryKeyValue().projection();
        int from = g * columns;
        kernels.pack(map.weights().rows(from, from + columns), target.weights(), i * columns);
        System.arraycopy(map.bias(), from, target.bias(), i * columns, columns);
      }
    }
    return groups;
  }

  private LinearMap read(String name, int outputs, int inputs) {
    return new LinearMap(matrix(name, outputs, inputs), scope.floats(name + ".bias", outputs));
  }

  private LinearMap readConv1d(String name, int outputs, int inputs) {
    Conv1d stored = new Conv1d(matrix(name, inputs, outputs));
    return new LinearMap(stored.transposed(), scope.floats(name + ".bias", outputs));
  }

  private Linear packed(LinearMap map, Activation activation) {
    Matrix weights = map.weights();
    PackedMatrix packed = kernels.allocate(weights.rows(), weights.columns());
    kernels.pack(weights, packed, 0);
    return new Linear(kernels, new Projection(packed, map.bias(), activation));
  }

  /** A map to be filled. */
  private Linear zeros(int outputs, int inputs) {
    PackedMatrix weights = kernels.allocate(outputs, inputs);
    return new Linear(kernels, new Projection(weights, new float[outputs], Activation.NONE));
  }
}
