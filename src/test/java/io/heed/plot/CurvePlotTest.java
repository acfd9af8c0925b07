package io.heed.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.plot.CurvePlot.Scale;
import io.heed.plot.CurvePlot.Series;
import io.heed.plot.CurvePlot.Style;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurvePlotTest {
  private static final int FIRST_COLOR = 0xFF0072B2;
  private static final int SECOND_COLOR = 0xFFD55E00;

  private static BufferedImage drawn(Scale scale, Series... series) {
    return Pictures.decoded(new CurvePlot("title", "x", "y", scale, List.of(series)).png());
  }

  @Test
  void every_series_is_drawn_in_a_colour_of_its_own() {
    double[] x = {0, 1, 2, 3};
    BufferedImage picture =
        drawn(
            Scale.LINEAR,
            new Series("line", x, new double[] {0, 1, 2, 3}, Style.LINE),
            new Series("points", x, new double[] {3, 2, 1, 0}, Style.POINTS));
    assertThat(picture.getWidth()).isEqualTo(860);
    assertThat(picture.getHeight()).isEqualTo(520);
    assertThat(Pictures.count(picture, FIRST_COLOR)).isGreaterThan(500);
    assertThat(Pictures.count(picture, SECOND_COLOR)).isBetween(4 * 20, 500);
    assertThat(Pictures.isWhiteAround(picture, 3)).isTrue();
  }

  @Test
  void one_point_is_a_picture_too() {
    BufferedImage picture =
        drawn(Scale.LINEAR, new Series("p", new double[] {2}, new double[] {5}, Style.POINTS));
    assertThat(Pictures.count(picture, FIRST_COLOR)).isPositive();
  }

  @Test
  void a_value_that_is_not_finite_is_a_gap() {
    double[] x = {0.01, 1, 100};
    BufferedImage picture =
        drawn(
            Scale.LOGARITHMIC,
            new Series(
                "l", x, new double[] {1, Double.POSITIVE_INFINITY, 2}, Style.LINE_AND_POINTS));
    assertThat(Pictures.count(picture, FIRST_COLOR)).isPositive();
  }

  @Test
  void series_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> new Series("s", new double[2], new double[3], Style.LINE))
        .hasMessage("series s has 2 values across and 3 upwards");
    assertThatThrownBy(() -> new CurvePlot("", "", "", Scale.LINEAR, List.of()))
        .hasMessage("a plot needs a series");
  }
}
