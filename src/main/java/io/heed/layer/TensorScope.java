package io.heed.layer;

import io.heed.checkpoint.HuggingFaceCheckpoint;
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
    HuggingFaceCheckpoint checkpoint,
    List<String> prefixes,
    String path,
    UnaryOperator<String> older) {

  static TensorScope root(HuggingFaceCheckpoint checkpoint) {
    return new TensorScope(checkpoint, List.of(""), "", UnaryOperator.identity());
  }

  TensorScope in(String scope) {
    return new TensorScope(checkpoint, prefixes, path + scope + ".", older);
  }

  TensorScope rooted(String... prefixes) {
    return new TensorScope(checkpoint, List.of(prefixes), path, older);
  }

  TensorScope renamed(UnaryOperator<String> older) {
    return new TensorScope(checkpoint, prefixes, path, older);
  }

  boolean has(String name) {
    return names(name).stream().anyMatch(checkpoint::has);
  }

  boolean same(String name, String other) {
    return has(name)
        && has(other)
        && checkpoint.same(checkpoint.name(names(name)), checkpoint.name(names(other)));
  }

  float[] floats(String name, int... shape) {
    return checkpoint.floats(checkpoint.name(names(name)), shape);
  }

  void check(String name, int... shape) {
    checkpoint.check(checkpoint.name(names(name)), shape);
  }

  EmbeddingTable table(String name, int rows, int columns) {
    return checkpoint.table(checkpoint.name(names(name)), rows, columns);
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
