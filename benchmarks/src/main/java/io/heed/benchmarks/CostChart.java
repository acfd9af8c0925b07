package io.heed.benchmarks;

import com.google.gson.Gson;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws {@code results.json} as a bar for each way on one core, longest first, with a whisker from
 * the slowest to the fastest round: {@code CostChart RESULTS PNG}.
 *
 * <p>XChart has no horizontal bars; a bar here is a thick line in a plane.
 */
public final class CostChart {
  private static final int WIDTH = 800;
  private static final int HEIGHT_OF_BAR = 40;
  private static final int HEIGHT_OF_AXIS = 70;
  private static final int THICKNESS = 22;
  private static final float WHISKER = 1.5f;

  /** Half of the end of a whisker, in bars. */
  private static final double CAP = 0.12;

  /** Told apart also by those who see few colours (Okabe and Ito). */
  private static final Color HEED = new Color(0x0072B2);

  private static final Color PEER = new Color(0x9AA5AE);
  private static final Color TEXT = new Color(0x222222);

  private CostChart() {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Summary.Results results =
        new Gson().fromJson(Files.readString(Path.of(arguments[0])), Summary.Results.class);
    List<Result> bars =
        results.results().stream()
            .filter(result -> result.notRun() == null)
            .filter(result -> !result.name().endsWith(Way.ON_TWO_CORES))
            .sorted(
                (one, other) ->
                    Double.compare(one.tokensPerCpuSecond(), other.tokensPerCpuSecond()))
            .toList();
    BitmapEncoder.saveBitmap(chart(bars), arguments[1], BitmapEncoder.BitmapFormat.PNG);
  }

  private static XYChart chart(List<Result> bars) {
    double longest = bars.stream().mapToDouble(Result::most).max().orElseThrow();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT_OF_BAR * bars.size() + HEIGHT_OF_AXIS)
            .xAxisTitle("tokens per CPU second")
            .build();
    style(chart.getStyler(), longest, bars.size());
    for (int i = 0; i < bars.size(); i++) {
      Result bar = bars.get(i);
      XYSeries series =
          chart.addSeries(
              bar.name(), new double[] {0, bar.tokensPerCpuSecond()}, new double[] {i, i});
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(bar.name().startsWith("Heed") ? HEED : PEER);
      series.setLineStyle(new BasicStroke(THICKNESS, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
      line(chart, bar.name() + " range", bar.least(), i, bar.most(), i);
      line(chart, bar.name() + " least", bar.least(), i - CAP, bar.least(), i + CAP);
      line(chart, bar.name() + " most", bar.most(), i - CAP, bar.most(), i + CAP);
      String figure = String.format(Locale.ROOT, "%,.0f", bar.tokensPerCpuSecond());
      chart.addAnnotation(new AnnotationText(figure, bar.most() + 0.05 * longest, i, false));
    }
    chart.setCustomYAxisTickLabelsFormatter(y -> label(bars, y));
    return chart;
  }

  private static void line(
      XYChart chart, String name, double fromX, double fromY, double toX, double toY) {
    XYSeries line = chart.addSeries(name, new double[] {fromX, toX}, new double[] {fromY, toY});
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(TEXT);
    line.setLineStyle(new BasicStroke(WHISKER, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
  }

  /**
   * XChart asks also for ticks that are outside the plane, and goes on for ever unless each has a
   * label of its own.
   */
  private static String label(List<Result> bars, double y) {
    int bar = (int) Math.round(y);
    return bar >= 0 && bar < bars.size() ? bars.get(bar).name() : String.valueOf(y);
  }

  private static void style(XYStyler styler, double longest, int bars) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartTitleVisible(false);
    styler.setLegendVisible(false);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridHorizontalLinesVisible(false);
    styler.setPlotGridLinesColor(new Color(0xE4E4E4));
    styler.setPlotContentSize(1);
    styler.setXAxisMin(0.0);
    styler.setXAxisMax(1.12 * longest);
    styler.setYAxisMin(-0.5);
    styler.setYAxisMax(bars - 0.5);
    // One tick for each bar: less than the pixels between two of them, more than half of these.
    styler.setYAxisTickMarkSpacingHint(HEIGHT_OF_BAR * 3 / 4);
    styler.setAxisTicksMarksVisible(false);
    styler.setXAxisDecimalPattern("#,###");
    styler.setChartFontColor(TEXT);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    styler.setAnnotationTextFontColor(TEXT);
  }
}
