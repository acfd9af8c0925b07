package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.checkpoint.SafetensorsWriter.Dtype;
import io.heed.kernel.ReferenceKernels;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights with adapters beside their formula, in whole numbers that every format holds. */
class TaskAdaptersTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final int RANK = 2;
  private static final int TASKS = 3;
  private static final float SCALE = 0.5f;

  @TempDir private Path directory;

  private static float[] counting(int size, int first) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (first + 5 * i) % 7 - 3;
    }
    return values;
  }

  private static TaskAdapters adapters(Optional<Integer> task) {
    return new TaskAdapters(TASKS, RANK, SCALE, task, name -> name.contains("table"));
  }

  private HuggingFaceCheckpoint write(Dtype dtype) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    add(writer, dtype, "map.parametrizations.weight.original", 1, ROWS, COLUMNS);
    add(writer, dtype, "map.parametrizations.weight.0.lora_A", 2, TASKS, RANK, COLUMNS);
    add(writer, dtype, "map.parametrizations.weight.0.lora_B", 3, TASKS, ROWS, RANK);
    add(writer, dtype, "table.parametrizations.weight.original", 1, ROWS, COLUMNS);
    add(writer, dtype, "table.parametrizations.weight.0.lora_A", 3, TASKS, ROWS, RANK);
    add(writer, dtype, "table.parametrizations.weight.0.lora_B", 2, TASKS, RANK, COLUMNS);
    add(writer, dtype, "plain.weight", 4, ROWS, COLUMNS);
    add(writer, dtype, "norm.weight", 5, COLUMNS);
    writer.write(directory.resolve("model.safetensors"));
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"any\"}");
    return CheckpointFiles.open(directory).checkpoint(COLUMNS);
  }

  private static void add(
      SafetensorsWriter writer, Dtype dtype, String name, int first, int... shape) {
    int size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    float[] values = counting(size, first);
    writer.add(name, dtype, shape, () -> values);
  }

  /** {@code W + scale · left · right}, of a map and a table that have the same values. */
  private static float[] expected(Optional<Integer> task) {
    float[] weights = counting(ROWS * COLUMNS, 1);
    if (task.isEmpty()) {
      return weights;
    }
    float[] right = counting(TASKS * RANK * COLUMNS, 2);
    float[] left = counting(TASKS * ROWS * RANK, 3);
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        for (int k = 0; k < RANK; k++) {
          weights[row * COLUMNS + column] +=
              SCALE
                  * left[(task.get() * ROWS + row) * RANK + k]
                  * right[(task.get() * RANK + k) * COLUMNS + column];
        }
      }
    }
    return weights;
  }

  private static float[] gathered(EmbeddingTable table) {
    float[] rows = new float[1 + ROWS * COLUMNS];
    table.gather(new int[] {0, 1, 2}, ROWS, rows, 1);
    return Arrays.copyOfRange(rows, 1, rows.length);
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void theWeightsOfATaskAreThoseOfAllAndItsAdapter(Dtype dtype) throws IOException {
    try (HuggingFaceCheckpoint checkpoint = write(dtype)) {
      for (Optional<Integer> task :
          List.of(Optional.<Integer>empty(), Optional.of(0), Optional.of(2))) {
        Weights weights =
            PackedWeights.of(checkpoint, new ReferenceKernels()).adapted(adapters(task));
        assertThat(weights.has("map.weight")).isTrue();
        assertThat(weights.has("other.weight")).isFalse();
        Matrix map = weights.matrix("map", ROWS, COLUMNS);
        assertThat(map.data()).isEqualTo(expected(task));
        assertThat(gathered(weights.table("table", ROWS, COLUMNS))).isEqualTo(expected(task));
        assertThat(weights.matrix("table", ROWS, COLUMNS).data()).isEqualTo(expected(task));
        weights.layerNorm("norm", COLUMNS, Bias.NONE, 1e-5f);
        Weights checked = CheckedWeights.of(checkpoint).adapted(adapters(task));
        checked.table("table", ROWS, COLUMNS);
        checked.linear("map", LinearSpec.of(ROWS, COLUMNS).with(Bias.NONE));
      }
    }
  }

  /** Else a checkpoint without adapters would have the same vectors for every task. */
  @Test
  void weightsOfATaskHaveToHaveAnAdapter() throws IOException {
    try (HuggingFaceCheckpoint checkpoint = write(Dtype.F32)) {
      Weights forAll = CheckedWeights.of(checkpoint).adapted(adapters(Optional.empty()));
      forAll.matrix("plain", ROWS, COLUMNS);
      Weights ofTask = CheckedWeights.of(checkpoint).adapted(adapters(Optional.of(1)));
      assertThatThrownBy(() -> ofTask.matrix("plain", ROWS, COLUMNS))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("there is no tensor plain.parametrizations.weight.original");
    }
  }

  @Test
  void aTaskIsOneOfThem() {
    assertThatThrownBy(() -> adapters(Optional.of(3))).hasMessage("task 3 is none of 3");
  }
}
