package io.heed.layer;

import io.heed.checkpoint.Tensors;
import io.heed.layer.TaskAdapters.Factor;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The tensors of a checkpoint with adapters, as if it had the weights of one task. */
record AdaptedTensors(Tensors stored, TaskAdapters adapters) implements Tensors {

  @Override
  public boolean has(String name) {
    return stored.has(name) || TaskAdapters.original(name).filter(stored::has).isPresent();
  }

  @Override
  public String name(List<String> names) {
    return names.stream().filter(this::has).findFirst().orElseGet(() -> stored.name(names));
  }

  @Override
  public boolean same(String name, String other) {
    return stored.has(name) && stored.has(other) && stored.same(name, other);
  }

  /**
   * The name of W, where a tensor has adapters. All weights with rows and columns have them, or
   * none have: those of a task are not asked for in vain.
   */
  private Optional<String> original(String name, int... shape) {
    boolean asStored = shape.length != 2 || adapters.task().isEmpty() && stored.has(name);
    return asStored ? Optional.empty() : TaskAdapters.original(name);
  }

  @Override
  public float[] floats(String name, int... shape) {
    Optional<String> original = original(name, shape);
    float[] values = stored.floats(original.orElse(name), shape);
    if (original.isPresent() && adapters.task().isPresent()) {
      LowRank added = added(name, shape[0], shape[1]);
      for (int row = 0; row < shape[0]; row++) {
        added.addRow(row, values, row * shape[1]);
      }
    }
    return values;
  }

  @Override
  public void check(String name, int... shape) {
    Optional<String> original = original(name, shape);
    stored.check(original.orElse(name), shape);
    if (original.isPresent() && adapters.task().isPresent()) {
      check(adapters.left(name, shape[0]));
      check(adapters.right(name, shape[1]));
    }
  }

  private void check(Factor factor) {
    stored.check(factor.name(), adapters.tasks(), factor.rows(), factor.columns());
  }

  @Override
  public int[] indices(String name, int count, int below) {
    return stored.indices(name, count, below);
  }

  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    return stored.byteTable(name, rows, columns);
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    Optional<String> original = original(name, rows, columns);
    EmbeddingTable table = stored.table(original.orElse(name), rows, columns);
    return original.isPresent() && adapters.task().isPresent()
        ? new AdaptedTable(table, added(name, rows, columns))
        : table;
  }

  private LowRank added(String name, int rows, int columns) {
    return new LowRank(
        read(adapters.left(name, rows)), read(adapters.right(name, columns)), adapters.scale());
  }

  private Matrix read(Factor factor) {
    float[] all = stored.floats(factor.name(), adapters.tasks(), factor.rows(), factor.columns());
    int size = factor.rows() * factor.columns();
    int from = adapters.task().orElseThrow() * size;
    return Matrix.of(Arrays.copyOfRange(all, from, from + size), factor.rows(), factor.columns());
  }
}
