package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.kernel.RelativeBias;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A scope of names in a checkpoint, and what is built from the tensors of that name. An
 * architecture says its names, shapes and structure once, by building a model: over {@link
 * CheckedWeights} that finds out what a checkpoint lacks, over {@link PackedWeights} it loads it.
 *
 * <p>A map or norm {@code x} has the tensors {@code x.weight} and, where it adds a bias, {@code
 * x.bias}; a table {@code x.weight}. All methods that build throw {@link
 * io.heed.checkpoint.CheckpointException} for a tensor that is missing, has another shape or a
 * value that is not finite.
 */
public interface Weights {

  /** The kernels that compute with what is built. */
  Kernels kernels();

  /** The names that begin with {@code scope} and a dot. */
  Weights in(String scope);

  /**
   * What is built of each of the scopes 0, 1, 2 and so on, in which lists of layers stand. However
   * many are asked for, nothing is built behind the first that {@code part} refuses.
   */
  default <T> List<T> each(int count, Function<Weights, T> part) {
    return each(count, (number, scope) -> part.apply(scope));
  }

  /** The same, by parts that are told the number of their scope. */
  default <T> List<T> each(int count, BiFunction<Integer, Weights, T> part) {
    List<T> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(part.apply(i, in(Integer.toString(i))));
    }
    return List.copyOf(parts);
  }

  /** The same names, each behind one of these prefixes: the first under which there is one. */
  Weights rooted(String... prefixes);

  /** The same names, each also in an older spelling. */
  Weights renamed(UnaryOperator<String> older);

  /** The same names, those of weights that have adapters being the weights of one task. */
  Weights adapted(TaskAdapters adapters);

  /** Whether the checkpoint has a tensor of this name, whatever its shape. */
  boolean has(String name);

  /** Whether the checkpoint has both tensors and they are one, as tied weights may be. */
  boolean same(String name, String other);

  /** The rows of {@code name.weight} {@code [rows, columns]}, fetched by number. */
  EmbeddingTable table(String name, int rows, int columns);

  /** The same of a table that is stored as whole numbers from -128 to 127. */
  EmbeddingTable byteTable(String name, int rows, int columns);

  /** All of {@code name.weight} {@code [rows, columns]}, in memory as it is stored. */
  Matrix matrix(String name, int rows, int columns);

  /** All of the tensor {@code name} {@code [size]}, whose name has no {@code .weight} behind it. */
  float[] vector(String name, int size);

  /** The same of whole numbers from 0 to {@code below} (exclusive). */
  int[] indices(String name, int count, int below);

  /** The embeddings {@code [types, width]} of the segments that a model tells apart, if any. */
  default Optional<Matrix> tokenTypes(String name, int types, int width) {
    return types == 0 ? Optional.empty() : Optional.of(matrix(name, types, width));
  }

  /** A layer normalisation of {@code width} values. */
  Norm layerNorm(String name, int width, Bias bias, float epsilon);

  /** A root mean square norm of {@code width} values. */
  Norm rmsNorm(String name, int width, float epsilon);

  /**
   * What is added to the scores of all heads by distance, from {@code name.weight} {@code [buckets,
   * H]}, so that the layer's scale leaves it as it is.
   *
   * @param positions tokens in the longest sequence
   */
  RelativeBias relativeBias(
      String name, AttentionSpec spec, DistanceBuckets buckets, int positions);

  /** A map that is stored {@code [outputs, inputs]}, as transformers' {@code Linear}. */
  Linear linear(String name, LinearSpec spec);

  /**
   * What a map makes of some values that all batches share.
   *
   * @param input {@code [n, inputs]}
   * @return {@code [n, outputs]}
   */
  Matrix mapped(String name, LinearSpec spec, Matrix input);

  /**
   * Maps of the same values that are stored as one, the outputs of each behind those of the one
   * before.
   *
   * @param parts as many inputs each, and all with a bias or none
   */
  List<Linear> stacked(String name, List<LinearSpec> parts);

  /** A map that is stored {@code [inputs, outputs]}, as transformers' {@code Conv1D}. */
  Linear conv1d(String name, LinearSpec spec);

  /**
   * So many maps of one kind, each stored as by {@code conv1d}, the inputs of each below those of
   * the one before.
   */
  List<Linear> stackedConv1d(String name, LinearSpec part, int count);

  /**
   * The queries, keys and values of self-attention from three maps of {@code inputs} values each.
   */
  List<HeadGroup> heads(AttentionSpec spec, int inputs, String query, String key, String value);

  /** The same from one map that has the three stacked. */
  List<HeadGroup> heads(AttentionSpec spec, int inputs, String queryKeyValue);

  /** The same from one {@code Conv1D} that has the three maps one after the other. */
  List<HeadGroup> conv1dHeads(AttentionSpec spec, int inputs, String queryKeyValue);
}
