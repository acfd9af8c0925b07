package io.heed.regress;

import io.heed.input.InputTable;
import io.heed.output.Publication;
import io.heed.plot.AttentionHeatMap;
import io.heed.plot.AttentionHeatMap.Axis;
import io.heed.plot.AttentionHeatMap.Panel;
import io.heed.plot.CurvePlot;
import io.heed.plot.CurvePlot.Scale;
import io.heed.plot.CurvePlot.Series;
import io.heed.plot.CurvePlot.Style;
import io.heed.regression.AttentionPooling.Optimizer;
import io.heed.regression.AttentionPoolingModel;
import io.heed.regression.AttentionPoolingSummary;
import io.heed.regression.Pooler;
import io.heed.regression.Step;
import io.heed.row.Rejectable.Accepted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The pictures of a regression: predictions, the losses of learning, and weights. Of large tables
 * they show the first rows.
 *
 * @param training how the rows are read that the model is fitted to
 * @param queries the table that is predicted, where it is another
 */
record RegressionPlots(LabelledRows training, Optional<Queries> queries, Optimizer optimizer)
    implements Regression.Plots {
  private static final int ROWS = 1000;

  /**
   * A table that is predicted.
   *
   * @param reader reads its rows, with the truth as the label where that is drawn
   */
  record Queries(InputTable table, PointReader reader) {

    /** The first rows that can be used: the truth stands in no row that is predicted. */
    List<Point> first(int most, int dimensions) {
      PointReader rows = reader;
      List<double[]> numbers =
          table
              .rows()
              .map(row -> rows.point(row, dimensions))
              .filter(point -> point instanceof Accepted<Point>)
              .map(point -> point.value().numbers())
              .take(most);
      return numbers.stream().map(Point::of).toList();
    }
  }

  @Override
  public void draw(AttentionPoolingModel model, TrainingTable table, Publication publication) {
    AttentionPoolingSummary summary = model.summary();
    if (!summary.steps().isEmpty()) {
      publication.addFile("plots/loss.png", losses(summary).png());
    }
    // Without one of them there is nothing to draw from rows, and so no reason to read some.
    boolean isLine = summary.dimensions() == 1;
    boolean isSmall = summary.keys() <= ROWS;
    if (!isLine && !isSmall) {
      return;
    }
    List<Point> first = table.first(ROWS, summary.dimensions());
    List<Point> keys = sorted(first);
    Pooler pooler = model.pooler();
    List<Point> asked =
        predictable(
            pooler, queries.map(of -> sorted(of.first(ROWS, summary.dimensions()))).orElse(keys));
    if (keys.isEmpty() || asked.isEmpty()) {
      return;
    }
    if (isLine) {
      publication.addFile("plots/predictions.png", predictions(pooler, keys, asked).png());
    }
    if (isSmall) {
      publication.addFile("plots/weights.png", weights(pooler, keys, asked).png());
      // What the learned width is compared with.
      Pooler gaussian = pooler.withWidth(1);
      List<Point> compared = predictable(gaussian, asked);
      if (!compared.isEmpty()) {
        publication.addFile("plots/weights-gaussian.png", weights(gaussian, keys, compared).png());
      }
    }
  }

  private static List<Point> sorted(List<Point> points) {
    return points.stream()
        .sorted((one, other) -> Arrays.compare(one.features(), other.features()))
        .toList();
  }

  /** One row so far off that it is rejected would leave no room for the others. */
  private static List<Point> predictable(Pooler pooler, List<Point> points) {
    double[] predictions = predictions(pooler, points);
    return IntStream.range(0, predictions.length)
        .filter(i -> Double.isFinite(predictions[i]))
        .mapToObj(points::get)
        .toList();
  }

  private static double[] predictions(Pooler pooler, List<Point> points) {
    return pooler.predict(points.stream().map(Point::features).toArray(double[][]::new));
  }

  private static double[] x(List<Point> points) {
    return points.stream().mapToDouble(point -> point.features()[0]).toArray();
  }

  private static double[] labels(List<Point> points) {
    return points.stream().mapToDouble(Point::label).toArray();
  }

  private CurvePlot predictions(Pooler pooler, List<Point> keys, List<Point> asked) {
    List<Series> series = new ArrayList<>();
    series.add(
        new Series(
            String.format(Locale.ROOT, "training rows (%s)", training.label().name()),
            x(keys),
            labels(keys),
            Style.POINTS));
    series.add(new Series("prediction", x(asked), predictions(pooler, asked), Style.LINE));
    if (queries.isPresent() && asked.stream().allMatch(Point::hasLabel)) {
      series.add(new Series("truth", x(asked), labels(asked), Style.LINE));
    }
    String title = String.format(Locale.ROOT, "Attention pooling, width %.4g", pooler.width());
    return new CurvePlot(
        title,
        training.features().columns().get(0).name(),
        training.label().name(),
        Scale.LINEAR,
        series);
  }

  private CurvePlot losses(AttentionPoolingSummary summary) {
    double[] loss = summary.steps().stream().mapToDouble(Step::loss).toArray();
    if (optimizer == Optimizer.SGD) {
      double[] epochs = IntStream.rangeClosed(1, loss.length).asDoubleStream().toArray();
      Series series = new Series("loss", epochs, loss, Style.LINE_AND_POINTS);
      return new CurvePlot(
          "Loss before the step of each epoch", "epoch", "loss", Scale.LINEAR, List.of(series));
    }
    double[] widths = summary.steps().stream().mapToDouble(Step::width).toArray();
    return new CurvePlot(
        "Loss of each width",
        "width",
        "loss",
        Scale.LOGARITHMIC,
        List.of(
            new Series("loss", widths, loss, Style.LINE),
            new Series(
                "chosen",
                new double[] {summary.width()},
                new double[] {summary.loss()},
                Style.POINTS)));
  }

  private static AttentionHeatMap weights(Pooler pooler, List<Point> keys, List<Point> asked) {
    double[][] features = asked.stream().map(Point::features).toArray(double[][]::new);
    String title = String.format(Locale.ROOT, "Attention weights, width %.4g", pooler.width());
    return new AttentionHeatMap(
        title,
        List.of(new Panel("", pooler.weights(features))),
        axis("sorted queries", asked),
        axis("sorted training inputs", keys));
  }

  private static Axis axis(String title, List<Point> points) {
    boolean isNumber = points.get(0).features().length == 1;
    return isNumber
        ? new Axis(
            title,
            points.stream().map(p -> String.format(Locale.ROOT, "%.3g", p.features()[0])).toList())
        : Axis.positions(title, points.size());
  }
}
