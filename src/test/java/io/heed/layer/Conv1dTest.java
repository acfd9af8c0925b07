package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;

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
      Matrix whole = map.transposed();
      assertThat(whole.rows()).isEqualTo(outputs);
      assertThat(whole.columns()).isEqualTo(inputs);
      for (int output = 0; output < outputs; output++) {
        for (int input = 0; input < inputs; input++) {
          assertThat(whole.at(output, input)).isEqualTo(stored.at(input, output));
        }
      }
    }
  }
}
