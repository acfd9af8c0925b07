package io.heed.embed;

import io.heed.job.FirstCause;
import io.heed.output.Publication;
import io.heed.plot.AttentionHeatMap;
import io.heed.plot.AttentionHeatMap.Axis;
import io.heed.plot.AttentionHeatMap.Panel;
import io.heed.settings.SettingException;
import io.heed.tensor.Matrix;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;

/**
 * The attention weights of some rows as pictures in {@code _heed/plots}, one for each row and
 * layer.
 */
final class HeatMaps {
  private static final int NAME_CHARACTERS = 40;
  private static final int TITLE_CHARACTERS = 60;

  private HeatMaps() {}

  /**
   * Requires that pictures can be drawn here, before hours of work.
   *
   * @throws SettingException when they cannot, as on a machine without fonts
   */
  static void requireDrawable() {
    try {
      new AttentionHeatMap(
              "row", List.of(new Panel("head", new double[][] {{1}})), axis("a"), axis("b"))
          .png();
    } catch (RuntimeException | LinkageError | InternalError e) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s: this machine cannot draw text, for which Java needs a font: %s",
              EmbedSettings.HEAT_MAPS.option(),
              FirstCause.of(e)));
    }
  }

  private static Axis axis(String label) {
    return new Axis("", List.of(label));
  }

  /**
   * Draws rows into a publication. A failure is told and changes nothing else: the result is worth
   * more than its pictures.
   */
  static void draw(
      SparkContext spark,
      EmbedPlan plan,
      List<EarliestRow> rows,
      Publication publication,
      PrintStream err) {
    try {
      Iterator<RowAttention> weights = RowAttention.of(spark, plan, rows);
      while (weights.hasNext()) {
        RowAttention next = weights.next();
        String id = rows.get(next.row()).id();
        publication.addFile("plots/" + name(next, id), map(next, id).png());
      }
    } catch (Exception | LinkageError | InternalError | OutOfMemoryError e) {
      // Spark throws checked exceptions without declaring them.
      err.println("heed: warning: not all heat maps could be drawn: " + FirstCause.of(e));
    }
  }

  /** Ids are whatever the input says, so of theirs only harmless characters are left. */
  static String name(RowAttention weights, String id) {
    String harmless = cut(id, NAME_CHARACTERS).replaceAll("[^A-Za-z0-9._-]", "_");
    return String.format(
        Locale.ROOT, "row-%03d-%s-layer-%d.png", weights.row() + 1, harmless, weights.layer());
  }

  private static AttentionHeatMap map(RowAttention weights, String id) {
    List<Panel> panels = new ArrayList<>();
    for (Matrix head : weights.heads()) {
      panels.add(Panel.of("head " + (panels.size() + 1), head));
    }
    List<String> tokens = List.of(weights.tokens());
    return new AttentionHeatMap(
        String.format(Locale.ROOT, "%s, layer %d", cut(id, TITLE_CHARACTERS), weights.layer()),
        panels,
        new Axis("attending token", tokens),
        new Axis("attended token", tokens));
  }

  private static String cut(String text, int characters) {
    return text.codePointCount(0, text.length()) <= characters
        ? text
        : text.substring(0, text.offsetByCodePoints(0, characters));
  }
}
