package io.heed.plot;

import io.heed.plot.AttentionHeatMap.Axis;
import io.heed.plot.AttentionHeatMap.Panel;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lays out and draws a heat map. XChart's own has no panels, no shared colour bar, seams between
 * cells that hide a matrix of a hundred tokens, and thins labels out to places beside their cells;
 * so here a cell is a whole number of pixels, and a label stands at its cell or not at all.
 */
final class HeatMapPainter {
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  private static final Font PANEL_TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Color INK = new Color(0x222222);

  private static final int LARGEST_CELL = 28;

  /** Less has no room for titles, so cells are larger there. */
  private static final int LEAST_PANEL_PIXELS = 112;

  private static final int PANEL_PIXELS = 440;

  /** Four panels of this size are four megapixels. */
  private static final int MOST_PANEL_PIXELS = 1000;

  private static final int GAP = 22;
  private static final int PADDING = 16;
  private static final int SMALL_GAP = 5;
  private static final int BAR_WIDTH = 18;
  private static final int LABEL_CHARACTERS = 16;

  private final AttentionHeatMap map;
  private final ColorScale scale;
  private final FontMetrics labels;
  private final FontMetrics panelTitles;
  private final FontMetrics titles;

  /** Matrix rows and columns that share a row or column of pixels; 1 unless there are too many. */
  private final int pool;

  /** Pixels of a cell, or of {@code pool} cells. */
  private final int cell;

  private final int plotWidth;
  private final int plotHeight;

  /** Room for the titles and labels of the axes. */
  private final int left;

  private final int below;

  HeatMapPainter(AttentionHeatMap map) {
    this.map = map;
    double most = map.panels().stream().mapToDouble(HeatMapPainter::largest).max().orElseThrow();
    this.scale = new ColorScale(0, most > 0 ? most : 1);
    Graphics2D measure = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    this.labels = measure.getFontMetrics(LABEL);
    this.panelTitles = measure.getFontMetrics(PANEL_TITLE);
    this.titles = measure.getFontMetrics(TITLE);
    measure.dispose();
    Panel first = map.panels().get(0);
    int side = Math.max(first.rows(), first.columns());
    this.pool = (side + MOST_PANEL_PIXELS - 1) / MOST_PANEL_PIXELS;
    int largest = Math.max(LARGEST_CELL, LEAST_PANEL_PIXELS / side);
    // Tall enough for a label where that leaves the panel small enough to look at.
    int legible = Math.min(labels.getHeight(), MOST_PANEL_PIXELS / side);
    this.cell = Math.min(largest, Math.max(1, Math.max(PANEL_PIXELS / side, legible)));
    this.plotWidth = cell * pooled(first.columns());
    this.plotHeight = cell * pooled(first.rows());
    this.left = room(map.rows());
    this.below = room(map.columns());
  }

  BufferedImage paint() {
    int across = (int) Math.ceil(Math.sqrt(map.panels().size()));
    int down = (map.panels().size() + across - 1) / across;
    int panelWidth = left + plotWidth;
    int panelHeight = panelTitleHeight() + plotHeight + below;
    int gridWidth = across * panelWidth + (across - 1) * GAP;
    int widestTick =
        IntStream.rangeClosed(0, ticks())
            .map(tick -> labels.stringWidth(text(tickValue(tick))))
            .max()
            .orElseThrow();
    int barRoom = GAP + BAR_WIDTH + SMALL_GAP + widestTick + PADDING;
    int width =
        Math.max(PADDING + gridWidth + barRoom, titles.stringWidth(map.title()) + 2 * PADDING);
    int top = PADDING + (map.title().isEmpty() ? 0 : titles.getHeight() + SMALL_GAP);
    int height = top + down * panelHeight + (down - 1) * GAP + PADDING;

    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(INK);
    graphics.setFont(TITLE);
    graphics.drawString(
        map.title(), (width - titles.stringWidth(map.title())) / 2, PADDING + titles.getAscent());
    // What a wide title adds to the width stands on both sides.
    int start = (width - gridWidth - barRoom - PADDING) / 2 + PADDING;
    for (int i = 0; i < map.panels().size(); i++) {
      int x = start + i % across * (panelWidth + GAP) + left;
      int y = top + i / across * (panelHeight + GAP) + panelTitleHeight();
      paintPanel(map.panels().get(i), picture, graphics, x, y);
    }
    paintBar(picture, graphics, start + gridWidth + GAP, top + panelTitleHeight());
    graphics.dispose();
    return picture;
  }

  private void paintPanel(Panel panel, BufferedImage picture, Graphics2D graphics, int x, int y) {
    for (int row = 0; row < pooled(panel.rows()); row++) {
      for (int column = 0; column < pooled(panel.columns()); column++) {
        graphics.setColor(new Color(scale.rgb(pooled(panel, row, column))));
        graphics.fillRect(x + column * cell, y + row * cell, cell, cell);
      }
    }
    graphics.setColor(INK);
    graphics.drawRect(x - 1, y - 1, plotWidth + 1, plotHeight + 1);
    graphics.setFont(PANEL_TITLE);
    String title = cut(panel.title(), panelTitles, plotWidth);
    graphics.drawString(
        title,
        x + (plotWidth - panelTitles.stringWidth(title)) / 2,
        y - SMALL_GAP - panelTitles.getDescent());
    graphics.setFont(LABEL);
    paintRowAxis(graphics, x, y);
    paintColumnAxis(graphics, x, y);
  }

  private void paintRowAxis(Graphics2D graphics, int x, int y) {
    List<String> names = map.rows().labels();
    for (int i = 0; i < names.size(); i += step()) {
      String name = cut(names.get(i));
      graphics.drawString(
          name,
          x - SMALL_GAP - labels.stringWidth(name),
          y + middle(i) + labels.getAscent() / 2 - 1);
    }
    String title = cut(map.rows().title(), labels, plotHeight);
    int titleX = x - left + labels.getAscent();
    drawUpwards(graphics, title, titleX, y + (plotHeight + labels.stringWidth(title)) / 2);
  }

  private void paintColumnAxis(Graphics2D graphics, int x, int y) {
    List<String> names = map.columns().labels();
    int bottom = y + plotHeight + SMALL_GAP;
    for (int i = 0; i < names.size(); i += step()) {
      String name = cut(names.get(i));
      int baseline = x + middle(i) + labels.getAscent() / 2 - 1;
      drawUpwards(graphics, name, baseline, bottom + labels.stringWidth(name));
    }
    String title = cut(map.columns().title(), labels, plotWidth);
    graphics.drawString(
        title,
        x + (plotWidth - labels.stringWidth(title)) / 2,
        y + plotHeight + below - labels.getDescent());
  }

  private static void drawUpwards(Graphics2D graphics, String text, int x, int y) {
    graphics.rotate(-Math.PI / 2, x, y);
    graphics.drawString(text, x, y);
    graphics.rotate(Math.PI / 2, x, y);
  }

  private void paintBar(BufferedImage picture, Graphics2D graphics, int x, int y) {
    for (int i = 0; i < plotHeight; i++) {
      double share = plotHeight == 1 ? 1 : 1 - i / (plotHeight - 1.0);
      int rgb = scale.rgb(scale.low() + share * (scale.high() - scale.low()));
      for (int j = 0; j < BAR_WIDTH; j++) {
        picture.setRGB(x + j, y + i, rgb);
      }
    }
    graphics.setColor(INK);
    graphics.drawRect(x - 1, y - 1, BAR_WIDTH + 1, plotHeight + 1);
    graphics.setFont(LABEL);
    for (int tick = 0; tick <= ticks(); tick++) {
      double share = (double) tick / ticks();
      int tickY = y + (int) Math.round((1 - share) * (plotHeight - 1));
      graphics.drawString(
          text(tickValue(tick)), x + BAR_WIDTH + SMALL_GAP, tickY + labels.getAscent() / 2 - 1);
    }
  }

  /** Intervals between the values beside the colour bar. */
  private int ticks() {
    return Math.max(1, Math.min(4, plotHeight / (2 * labels.getHeight())));
  }

  private double tickValue(int tick) {
    return scale.low() + (double) tick / ticks() * (scale.high() - scale.low());
  }

  /** Every how many labels one has room. */
  private int step() {
    int perLabel = (labels.getHeight() + cell - 1) / cell;
    return perLabel * pool;
  }

  private int middle(int index) {
    return index / pool * cell + cell / 2;
  }

  private int room(Axis axis) {
    int widest =
        axis.labels().stream().mapToInt(label -> labels.stringWidth(cut(label))).max().orElse(0);
    int title = axis.title().isEmpty() ? 0 : labels.getHeight() + SMALL_GAP;
    return widest + title + 2 * SMALL_GAP;
  }

  private int panelTitleHeight() {
    boolean titled = map.panels().stream().anyMatch(panel -> !panel.title().isEmpty());
    return (titled ? panelTitles.getHeight() : 0) + SMALL_GAP;
  }

  private int pooled(int count) {
    return (count + pool - 1) / pool;
  }

  private double pooled(Panel panel, int row, int column) {
    double most = Double.NaN;
    for (int i = row * pool; i < Math.min((row + 1) * pool, panel.rows()); i++) {
      for (int j = column * pool; j < Math.min((column + 1) * pool, panel.columns()); j++) {
        double value = panel.values()[i][j];
        most = Double.isNaN(most) ? value : Math.max(most, value);
      }
    }
    return most;
  }

  private static double largest(Panel panel) {
    double most = 0;
    for (double[] row : panel.values()) {
      for (double value : row) {
        most = value > most ? value : most;
      }
    }
    return most;
  }

  private static String text(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : String.valueOf(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    return Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6
        ? rounded.toString()
        : rounded.toPlainString();
  }

  private static String cut(String label) {
    return label.codePointCount(0, label.length()) <= LABEL_CHARACTERS
        ? label
        : label.substring(0, label.offsetByCodePoints(0, LABEL_CHARACTERS - 1)) + "…";
  }

  private static String cut(String text, FontMetrics metrics, int width) {
    String shown = text;
    while (!shown.isEmpty() && metrics.stringWidth(shown) > width) {
      String shorter = shown.endsWith("…") ? shown.substring(0, shown.length() - 1) : shown;
      int end = shorter.isEmpty() ? 0 : shorter.offsetByCodePoints(shorter.length(), -1);
      shown = end == 0 ? "" : shorter.substring(0, end) + "…";
    }
    return shown;
  }
}
