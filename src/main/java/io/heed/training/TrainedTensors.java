package io.heed.training;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.checkpoint.SafetensorsWriter.Dtype;
import io.heed.checkpoint.Tensors;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a run as a checkpoint would have them: so they are evaluated by the code that
 * serves them, and written.
 */
final class TrainedTensors implements Tensors {
  private final Map<String, Parameter> byName = new HashMap<>();
  private final ParameterLayout layout;
  private final float[] values;

  /**
   * The weights as they are when they are asked for.
   *
   * @param values of all parameters
   */
  TrainedTensors(ParameterLayout layout, float[] values) {
    this.layout = layout;
    this.values = values;
    layout.parameters().forEach(parameter -> byName.put(parameter.name(), parameter));
  }

  /** What writes them as a file. */
  SafetensorsWriter writer() {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    for (Parameter parameter : layout.parameters()) {
      writer.add(parameter.name(), Dtype.F32, parameter.shape(), () -> parameter.values(values));
    }
    return writer;
  }

  @Override
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  @Override
  public String name(List<String> names) {
    return names.stream()
        .filter(this::has)
        .findFirst()
        .orElseThrow(() -> new CheckpointException("there is no tensor " + names.get(0)));
  }

  @Override
  public boolean same(String name, String other) {
    return name.equals(other);
  }

  private Parameter require(String name, int... shape) {
    Parameter parameter = byName.get(name);
    if (parameter == null || !Arrays.equals(parameter.shape(), shape)) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "there is no tensor %s of shape %s that is trained",
              name,
              Arrays.toString(shape)));
    }
    return parameter;
  }

  @Override
  public float[] floats(String name, int... shape) {
    return require(name, shape).values(values);
  }

  @Override
  public void check(String name, int... shape) {
    require(name, shape);
  }

  @Override
  public int[] indices(String name, int count, int below) {
    throw new CheckpointException(name + " is no tensor that is trained");
  }

  @Override
  public EmbeddingTable table(String name, int rows, int columns) {
    return new Table(Matrix.of(floats(name, rows, columns), rows, columns));
  }

  @Override
  public EmbeddingTable byteTable(String name, int rows, int columns) {
    throw new CheckpointException(name + " is no tensor that is trained");
  }

  /** A table in memory. */
  private record Table(Matrix values) implements EmbeddingTable {
    @Override
    public int rows() {
      return values.rows();
    }

    @Override
    public int columns() {
      return values.columns();
    }

    @Override
    public Optional<Matrix> inMemory() {
      return Optional.of(values);
    }

    @Override
    public void gather(int[] rows, int count, float[] out, int offset) {
      for (int i = 0; i < count; i++) {
        int from = values.index(rows[i]);
        System.arraycopy(values.data(), from, out, offset + i * columns(), columns());
      }
    }
  }
}
