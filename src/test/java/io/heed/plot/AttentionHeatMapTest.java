package io.heed.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.plot.AttentionHeatMap.Axis;
import io.heed.plot.AttentionHeatMap.Panel;
import io.heed.tensor.Matrix;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttentionHeatMapTest {
  private static final Axis NO_AXIS = new Axis("", List.of());
  private static final int DARKEST = new ColorScale(0, 1).rgb(0);
  private static final int LIGHTEST = new ColorScale(0, 1).rgb(1);

  private static double[][] diagonal(int size) {
    double[][] values = new double[size][size];
    for (int i = 0; i < size; i++) {
      values[i][i] = 0.8;
    }
    return values;
  }

  private static BufferedImage drawn(AttentionHeatMap map) {
    return Pictures.decoded(map.png());
  }

  private static AttentionHeatMap plain(double[][]... panels) {
    return new AttentionHeatMap(
        "", List.of(panels).stream().map(p -> new Panel("", p)).toList(), NO_AXIS, NO_AXIS);
  }

  @Test
  void the_diagonal_is_bright_and_the_rest_dark() {
    int size = 20;
    BufferedImage picture = drawn(plain(diagonal(size)));
    int[] corner = Pictures.first(picture, LIGHTEST);
    int cell = 22; // 440 pixels for 20 rows
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        int rgb =
            picture.getRGB(corner[0] + column * cell + cell / 2, corner[1] + row * cell + cell / 2);
        assertThat(rgb)
            .as("row %d, column %d", row, column)
            .isEqualTo(row == column ? LIGHTEST : DARKEST);
      }
    }
  }

  @Test
  void cells_have_no_seams() {
    BufferedImage picture = drawn(plain(diagonal(128)));
    int[] corner = Pictures.first(picture, LIGHTEST);
    int cell = width(picture, corner);
    for (int y = cell; y < 128 * cell; y++) {
      assertThat(picture.getRGB(corner[0], corner[1] + y)).isEqualTo(DARKEST);
    }
  }

  /** Pixels of one colour from a corner to the right. */
  private static int width(BufferedImage picture, int... corner) {
    int rgb = picture.getRGB(corner[0], corner[1]);
    int x = corner[0];
    while (picture.getRGB(x, corner[1]) == rgb) {
      x++;
    }
    return x - corner[0];
  }

  @Test
  void every_token_of_a_long_sentence_has_a_label() {
    int size = 60;
    Axis axis = new Axis("", Collections.nCopies(size, "W"));
    BufferedImage picture =
        drawn(new AttentionHeatMap("", List.of(new Panel("", diagonal(size))), axis, NO_AXIS));
    int[] corner = Pictures.first(picture, LIGHTEST);
    int cell = width(picture, corner);
    for (int row = 0; row < size; row++) {
      BufferedImage label = picture.getSubimage(0, corner[1] + row * cell, corner[0] - 1, cell);
      assertThat(Pictures.count(label, 0xFFFFFFFF))
          .as("white at row %d", row)
          .isLessThan(label.getWidth() * cell);
    }
  }

  @Test
  void of_more_cells_than_pixels_the_largest_is_shown() {
    BufferedImage picture = drawn(plain(diagonal(4001)));
    assertThat(picture.getWidth()).isBetween(800, 1200);
    int[] corner = Pictures.first(picture, LIGHTEST);
    for (int i = 0; i < 4001 / 5; i++) {
      assertThat(picture.getRGB(corner[0] + i, corner[1] + i)).isEqualTo(LIGHTEST);
    }
  }

  @Test
  void every_head_has_a_panel_and_all_share_one_scale() {
    Matrix strong = Matrix.of(new float[] {1, 0, 0, 1}, 2, 2);
    Matrix weak = Matrix.of(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, 2, 2);
    AttentionHeatMap one = ofHeads(strong);
    AttentionHeatMap four = ofHeads(strong, weak, weak, strong);
    BufferedImage single = drawn(one);
    BufferedImage grid = drawn(four);
    assertThat(grid.getWidth()).isGreaterThan(single.getWidth());
    assertThat(grid.getHeight()).isGreaterThan(single.getHeight() + 60);
    // The colour bar has this colour as well, in a row of 18.
    int middle = new ColorScale(0, 1).rgb(0.5);
    assertThat(Pictures.count(grid, middle)).isGreaterThanOrEqualTo(2 * 4 * 28 * 28);
    assertThat(Pictures.count(grid, LIGHTEST)).isGreaterThanOrEqualTo(2 * 2 * 28 * 28);
    assertThat(Pictures.count(single, middle)).isLessThan(28 * 28);
  }

  private static AttentionHeatMap ofHeads(Matrix... heads) {
    List<Panel> panels = Stream.of(heads).map(head -> Panel.of("head", head)).toList();
    return new AttentionHeatMap("t", panels, NO_AXIS, NO_AXIS);
  }

  @Test
  void labels_of_any_number_and_length_stay_apart_and_inside() {
    for (int size : new int[] {1, 2, 30, 200, 3000}) {
      List<String> tokens =
          IntStream.range(0, size)
              .mapToObj(i -> i % 3 == 0 ? "a" : "Donaudampfschiff" + i)
              .toList();
      Axis axis = new Axis("token", tokens);
      BufferedImage picture =
          drawn(new AttentionHeatMap("t", List.of(new Panel("h", diagonal(size))), axis, axis));
      assertThat(Pictures.isWhiteAround(picture, 3)).as("a margin at %d", size).isTrue();
      assertThat(Pictures.count(picture, LIGHTEST)).isPositive();
    }
  }

  @Test
  void a_wide_title_is_not_cut() {
    String title = "a title that is much wider than the two cells that stand below it".repeat(2);
    BufferedImage picture =
        drawn(new AttentionHeatMap(title, List.of(new Panel("", diagonal(2))), NO_AXIS, NO_AXIS));
    assertThat(picture.getWidth()).isGreaterThan(title.length() * 6);
    assertThat(Pictures.isWhiteAround(picture, 3)).isTrue();
  }

  @Test
  void the_causal_mask_is_a_lower_triangle() {
    int size = 20;
    double[][] mask = new double[size][size];
    for (int row = 0; row < size; row++) {
      java.util.Arrays.fill(mask[row], 0, row + 1, 1);
    }
    BufferedImage picture = drawn(plain(mask));
    int cell = 22;
    int visible = size * (size + 1) / 2;
    // The colour bar ends in lines of both colours.
    assertThat(Pictures.count(picture, LIGHTEST))
        .isBetween(visible * cell * cell, visible * cell * cell + 18 * cell);
    assertThat(Pictures.count(picture, DARKEST))
        .isBetween(
            (size * size - visible) * cell * cell, (size * size - visible + 18) * cell * cell);
  }

  @Test
  void what_has_no_value_is_grey_and_zeros_alone_are_dark() {
    BufferedImage picture = drawn(plain(new double[][] {{0, Double.NaN}}));
    assertThat(Pictures.count(picture, 0xFFBBBBBB)).isGreaterThanOrEqualTo(28 * 28);
    assertThat(Pictures.count(picture, DARKEST)).isGreaterThanOrEqualTo(28 * 28);
  }

  @Test
  void shapes_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> new Panel("p", new double[][] {{1, 2}, {3}}))
        .hasMessage("panel 'p' has rows of 2 and 1 values");
    assertThatThrownBy(() -> new Panel("p", new double[0][])).hasMessage("panel 'p' has no values");
    assertThatThrownBy(() -> plain(diagonal(2), diagonal(3)))
        .hasMessage("the panels of a heat map differ in shape");
    assertThatThrownBy(
            () ->
                new AttentionHeatMap(
                    "", List.of(new Panel("", diagonal(3))), Axis.positions("", 2), NO_AXIS))
        .hasMessage("2 labels for 3 rows of a heat map");
  }
}
