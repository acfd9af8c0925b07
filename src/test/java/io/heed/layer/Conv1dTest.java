package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.tensor.Matrix;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Conv1dTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 70})
  void mapsAreTransposed(int outputs) {
    for (int inputs : new int[] {1, 7, 32, 33, 65}) {
      Matrix stored = Matrix.allocate(inputs, outputs);
      IntStream.range(0, stored.data().length).forEach(i -> stored.data()[i] = i);
      Conv1d map = new Conv1d(stored);
      int from = outputs / 3;
      Matrix whole = map.transposed();
      Matrix part = map.transposed(from, outputs);
      assertThat(whole.rows()).isEqualTo(outputs);
      assertThat(whole.columns()).isEqualTo(inputs);
      assertThat(part.rows()).isEqualTo(outputs - from);
      for (int output = 0; output < outputs; output++) {
        for (int input = 0; input < inputs; input++) {
          assertThat(whole.at(output, input)).isEqualTo(stored.at(input, output));
          if (output >= from) {
            assertThat(part.at(output - from, input)).isEqualTo(stored.at(input, output));
          }
        }
      }
    }
    assertThatThrownBy(() -> new Conv1d(Matrix.allocate(3, 4)).transposed(0, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
