package io.heed.layer;

import io.heed.checkpoint.Tensors;
import io.heed.tensor.EmbeddingTable;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A scope of names in a checkpoint.
 *
 * @param prefixes one of which stands before the path
 * @param path empty, or ends in a dot
 * @param older gives the older spelling of a whole name, or the same name where there is none
 */
record TensorScope(
    Tensors tensors, List<String> prefixes, String path, UnaryOperator<String> older) {

  static TensorScope root(Tensors tensors) {
    return new TensorScope(tensors, List.of(""), "", UnaryOperator.identity());
  }

  TensorScope in(String scope) {
    return new TensorScope(tensors, prefixes, path + scope + ".", older);
  }

  TensorScope rooted(String... prefixes) {
    return new TensorScope(tensors, List.of(prefixes), path, older);
  }

  TensorScope renamed(UnaryOperator<String> older) {
    return new TensorScope(tensors, prefixes, path, older);
  }

  TensorScope adapted(TaskAdapters adapters) {
    return new TensorScope(new AdaptedTensors(tensors, adapters), prefixes, path, older);
  }

  boolean has(String name) {
    return names(name).stream().anyMatch(tensors::has);
  }

  boolean same(String name, String other) {
    return has(name)
        && has(other)
        && tensors.same(tensors.name(names(name)), tensors.name(names(other)));
  }

  float[] floats(String name, int... shape) {
    return tensors.floats(tensors.name(names(name)), shape);
  }

  void check(String name, int... shape) {
    tensors.check(tensors.name(names(name)), shape);
  }

  int[] indices(String name, int count, int below) {
    return tensors.indices(tensors.name(names(name)), count, below);
  }

  EmbeddingTable byteTable(String name, int rows, int columns) {
    return tensors.byteTable(tensors.name(names(name)), rows, columns);
  }

  EmbeddingTable table(String name, int rows, int columns) {
    return tensors.table(tensors.name(names(name)), rows, columns);
  }

  /** The names to look for, the likeliest first. */
  private List<String> names(String name) {
    return prefixes.stream()
        .map(prefix -> prefix + path + name)
        .flatMap(full -> Stream.of(full, older.apply(full)))
        .distinct()
        .toList();
  }
}
