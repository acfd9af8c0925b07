package io.heed.layer;

import io.heed.checkpoint.Tensors;
import io.heed.kernel.Kernels;
import io.heed.kernel.Normalization;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.kernel.ReferenceKernels;
import io.heed.kernel.RelativeBias;
import io.heed.kernel.RmsNormalization;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Checks, without reading values, that every tensor is there in its shape. What it builds has no
 * values: it can be asked what it is built of, and nothing can be computed with it.
 */
public final class CheckedWeights implements Weights {
  private static final Kernels KERNELS = new ReferenceKernels();
  private static final Matrix NO_MATRIX = Matrix.allocate(0, 1);
  private static final PackedMatrix NO_WEIGHTS = KERNELS.allocate(1, 1);
  private static final LayerNorm NO_NORM =
      new LayerNorm(KERNELS, new Normalization(new float[1], new float[1], 1));

  private static final RmsNorm NO_RMS_NORM =
      new RmsNorm(KERNELS, KERNELS, new RmsNormalization(new float[1], 1));

  private static final RelativeBias NO_BIAS = new RelativeBias(NO_MATRIX);

  private final TensorScope scope;

  private CheckedWeights(TensorScope scope) {
    this.scope = scope;
  }

  /** All names of a checkpoint. */
  public static Weights of(Tensors checkpoint) {
    return new CheckedWeights(TensorScope.root(checkpoint));
  }

  @Override
  public Kernels kernels() {
    return KERNELS;
  }

  @Override
  public Weights in(String name) {
    return new CheckedWeights(scope.in(name));
  }

  @Override
  public Weights rooted(String... prefixes) {
    return new CheckedWeights(scope.rooted(prefixes));
  }

  @Override
  public Weights renamed(UnaryOperator<String> older) {
    return new CheckedWeights(scope.renamed(older));
  }

  @Override
  public Weights adapted(TaskAdapters adapters) {
    return new CheckedWeights(scope.adapted(adapters));
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
    scope.check(name + ".weight", rows, columns);
    return new NoValues(rows, columns);
  }

  /** The configuration of such a table is read of the file itself, so it has its shape. */
  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    return new NoValues(rows, columns);
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    scope.check(name + ".weight", rows, columns);
    return NO_MATRIX;
  }

  @Override
  public float[] vector(String name, int size) {
    scope.check(name, size);
    return new float[0];
  }

  @Override
  public int[] indices(String name, int count, int below) {
    return scope.indices(name, count, below);
  }

  @Override
  public Norm layerNorm(String name, int width, Bias bias, float epsilon) {
    scope.check(name + ".weight", width);
    checkBias(name, width, bias);
    return NO_NORM;
  }

  @Override
  public Norm rmsNorm(String name, int width, float epsilon) {
    scope.check(name + ".weight", width);
    return NO_RMS_NORM;
  }

  private void checkBias(String name, int width, Bias bias) {
    if (bias == Bias.LEARNED) {
      scope.check(name + ".bias", width);
    }
  }

  @Override
  public RelativeBias relativeBias(
      String name, AttentionSpec spec, DistanceBuckets buckets, int positions) {
    scope.check(name + ".weight", buckets.count(), spec.heads());
    return NO_BIAS;
  }

  @Override
  public Linear linear(String name, LinearSpec spec) {
    scope.check(name + ".weight", spec.outputs(), spec.inputs());
    checkBias(name, spec.outputs(), spec.bias());
    return without(spec);
  }

  /** A map that is followed by what follows, without weights. */
  private static Linear without(LinearSpec spec) {
    return new Linear(KERNELS, new Projection(NO_WEIGHTS, new float[1], spec.activation()));
  }

  @Override
  public Matrix mapped(String name, LinearSpec spec, Matrix input) {
    linear(name, spec);
    return NO_MATRIX;
  }

  @Override
  public List<Linear> stacked(String name, List<LinearSpec> parts) {
    linear(name, LinearSpec.stacked(parts));
    return parts.stream().map(CheckedWeights::without).toList();
  }

  @Override
  public Linear conv1d(String name, LinearSpec spec) {
    scope.check(name + ".weight", spec.inputs(), spec.outputs());
    checkBias(name, spec.outputs(), spec.bias());
    return without(spec);
  }

  @Override
  public List<Linear> stackedConv1d(String name, LinearSpec part, int count) {
    conv1d(name, part.below(count));
    return Collections.nCopies(count, without(part));
  }

  @Override
  public List<HeadGroup> heads(
      AttentionSpec spec, int inputs, String query, String key, String value) {
    linear(query, spec.query(inputs));
    linear(key, spec.keyValue(inputs));
    linear(value, spec.keyValue(inputs));
    return List.of();
  }

  @Override
  public List<HeadGroup> heads(AttentionSpec spec, int inputs, String queryKeyValue) {
    linear(queryKeyValue, spec.queryKeyValue(inputs));
    return List.of();
  }

  @Override
  public List<HeadGroup> conv1dHeads(AttentionSpec spec, int inputs, String queryKeyValue) {
    conv1d(queryKeyValue, spec.queryKeyValue(inputs));
    return List.of();
  }

  /** A table of which nothing but its shape is known. */
  private record NoValues(int rows, int columns) implements EmbeddingTable {
    @Override
    public void gather(int[] rows, int count, float[] out, int offset) {
      throw new UnsupportedOperationException("the table was checked, and not read");
    }
  }
}
