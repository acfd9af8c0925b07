package io.heed.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Named series of points in one plane.
 *
 * @param title or empty
 * @param x title of the axis across
 * @param y title of the axis upwards
 * @param scale of the axis across
 * @param series one or more, with different names
 */
public record CurvePlot(String title, String x, String y, Scale scale, List<Series> series) {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 520;

  /** Told apart also by those who see few colours (Okabe and Ito). */
  private static final Color[] COLORS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x444444),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };

  /** How the axis across grows. */
  public enum Scale {
    LINEAR,
    LOGARITHMIC
  }

  /** How a series is drawn. */
  public enum Style {
    LINE,
    POINTS,
    LINE_AND_POINTS
  }

  /**
   * Points in the order in which a line joins them.
   *
   * @param x one value for each point, finite
   * @param y one value for each point; a line has a gap where one is not finite
   */
  public record Series(String name, double[] x, double[] y, Style style) {
    /** Requires as many of one as of the other. */
    public Series {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(style, "style");
      if (x.length != y.length || x.length == 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "series %s has %d values across and %d upwards",
                name,
                x.length,
                y.length));
      }
    }
  }

  /** Requires a series. */
  public CurvePlot {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    Objects.requireNonNull(scale, "scale");
    series = List.copyOf(series);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("a plot needs a series");
    }
  }

  /** The picture as the bytes of a PNG file. */
  public byte[] png() {
    Png.withoutDisplay();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart.getStyler());
    for (int i = 0; i < series.size(); i++) {
      add(chart, series.get(i), COLORS[i % COLORS.length]);
    }
    return Png.encode(BitmapEncoder.getBufferedImage(chart));
  }

  private void style(XYStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartTitleVisible(!title.isEmpty());
    styler.setLegendVisible(series.size() > 1);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(0xE4E4E4));
    styler.setXAxisLogarithmic(scale == Scale.LOGARITHMIC);
    styler.setMarkerSize(7);
    styler.setLocale(Locale.ROOT);
  }

  private static void add(XYChart chart, Series series, Color color) {
    double[] finite = series.y().clone();
    for (int i = 0; i < finite.length; i++) {
      finite[i] = Double.isFinite(finite[i]) ? finite[i] : Double.NaN;
    }
    XYSeries added = chart.addSeries(series.name(), series.x(), finite);
    boolean scatter = series.style() == Style.POINTS;
    added.setXYSeriesRenderStyle(scatter ? XYSeriesRenderStyle.Scatter : XYSeriesRenderStyle.Line);
    added.setMarker(series.style() == Style.LINE ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    added.setLineStyle(new BasicStroke(2));
    added.setLineColor(color);
    added.setMarkerColor(color);
  }
}
