package io.heed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MatrixTest {
  private static final Matrix THREE_BY_TWO = Matrix.of(new float[] {0, 1, 10, 11, 20, 21}, 3, 2);

  @Test
  void views_of_rows_and_columns_share_the_array() {
    Matrix view = THREE_BY_TWO.rows(1, 3).columns(1, 2);

    assertThat(view.data()).isSameAs(THREE_BY_TWO.data());
    assertThat(view.rows()).isEqualTo(2);
    assertThat(view.columns()).isEqualTo(1);
    assertThat(view.at(0, 0)).isEqualTo(11);
    assertThat(view.at(1, 0)).isEqualTo(21);
  }

  @Test
  void a_view_without_rows_is_allowed_at_the_end() {
    assertThat(THREE_BY_TWO.rows(3, 3).rows()).isZero();
    assertThat(THREE_BY_TWO.columns(1, 2).rows(3, 3).rows()).isZero();
    assertThat(Matrix.allocate(0, 5).columns(2, 5).rows()).isZero();
  }

  @Test
  void the_last_row_may_be_shorter_than_the_stride() {
    assertThat(new Matrix(new float[5], 0, 2, 2, 3).index(1)).isEqualTo(3);
    assertThatThrownBy(() -> new Matrix(new float[4], 0, 2, 2, 3))
        .hasMessage(
            "a view of 2 x 2 at offset 0 with stride 3 does not lie in an array of 4 values");
  }

  @Test
  void a_shape_that_overflows_an_int_is_refused() {
    assertThatThrownBy(() -> new Matrix(new float[4], 0, 1 << 20, 1 << 12, 1 << 12))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Matrix.allocate(1 << 20, 1 << 12))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void places_outside_are_refused() {
    assertThatThrownBy(() -> THREE_BY_TWO.at(3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> THREE_BY_TWO.at(0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> THREE_BY_TWO.rows(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
