package io.heed.plot;

import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Attention weights as colours: a panel for each head, queries down, keys across, one colour bar
 * from 0 to the largest weight. A matrix of any size fits: of cells too many for the pixels, the
 * largest is shown.
 *
 * @param title of the whole picture, or empty
 * @param panels one or more, all of the same shape
 * @param rows the axis of the queries
 * @param columns the axis of the keys
 */
public record AttentionHeatMap(String title, List<Panel> panels, Axis rows, Axis columns) {

  /**
   * The weights of one head.
   *
   * @param title such as {@code head 3}, or empty
   * @param values {@code [rows, columns]}, at least one of each
   */
  public record Panel(String title, double[][] values) {
    /** Requires a rectangle that is not empty. */
    public Panel {
      Objects.requireNonNull(title, "title");
      if (values.length == 0 || values[0].length == 0) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "panel '%s' has no values", title));
      }
      for (double[] row : values) {
        if (row.length != values[0].length) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "panel '%s' has rows of %d and %d values",
                  title,
                  values[0].length,
                  row.length));
        }
      }
    }

    /** The panel of a float32 matrix. */
    public static Panel of(String title, Matrix weights) {
      double[][] values = new double[weights.rows()][weights.columns()];
      for (int row = 0; row < values.length; row++) {
        for (int column = 0; column < weights.columns(); column++) {
          values[row][column] = weights.at(row, column);
        }
      }
      return new Panel(title, values);
    }

    int rows() {
      return values.length;
    }

    int columns() {
      return values[0].length;
    }
  }

  /**
   * What stands along one side.
   *
   * @param title or empty
   * @param labels one for each row or column, such as its token; or none at all
   */
  public record Axis(String title, List<String> labels) {
    /** Copies the labels. */
    public Axis {
      Objects.requireNonNull(title, "title");
      labels = List.copyOf(labels);
    }

    /** Labels 0, 1, 2, … */
    public static Axis positions(String title, int count) {
      return new Axis(title, IntStream.range(0, count).mapToObj(String::valueOf).toList());
    }
  }

  /** Requires panels of one shape, with as many labels as rows and columns, or none. */
  public AttentionHeatMap {
    Objects.requireNonNull(title, "title");
    panels = List.copyOf(panels);
    if (panels.isEmpty()) {
      throw new IllegalArgumentException("a heat map needs a panel");
    }
    for (Panel panel : panels) {
      requireLabels(rows, panel.rows(), "rows");
      requireLabels(columns, panel.columns(), "columns");
      if (panel.rows() != panels.get(0).rows() || panel.columns() != panels.get(0).columns()) {
        throw new IllegalArgumentException("the panels of a heat map differ in shape");
      }
    }
  }

  /** The picture as the bytes of a PNG file. */
  public byte[] png() {
    Png.withoutDisplay();
    return Png.encode(new HeatMapPainter(this).paint());
  }

  private static void requireLabels(Axis axis, int count, String what) {
    if (!axis.labels().isEmpty() && axis.labels().size() != count) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d labels for %d %s of a heat map", axis.labels().size(), count, what));
    }
  }
}
