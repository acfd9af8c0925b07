package io.heed.regress;

import io.heed.input.Column;
import io.heed.input.InputRow;
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
 * @param training the table that was fitted
 * @param queries the table that is predicted; its label is the truth
 */
record RegressionPlots(
    InputTable training,
    FeatureRows trainingRows,
    InputTable queries,
    FeatureRows queryRows,
    Optimizer optimizer)
    implements Regression.Plots {
  private static final int ROWS = 1000;

  /** A row of a table. */
  private record Point(double[] features, double label) {}

  @Override
  public void draw(AttentionPoolingModel model, Publication publication) {
    AttentionPoolingSummary summary = model.summary();
    if (!summary.steps().isEmpty()) {
      publication.addFile("plots/loss.png", losses(summary).png());
    }
    List<Point> keys = points(training, trainingRows, summary.dimensions());
    Pooler pooler = model.pooler();
    List<Point> asked = predictable(pooler, points(queries, queryRows, summary.dimensions()));
    if (keys.isEmpty() || asked.isEmpty()) {
      return;
    }
    if (summary.dimensions() == 1) {
      publication.addFile("plots/predictions.png", predictions(pooler, keys, asked).png());
    }
    if (summary.keys() <= ROWS) {
      publication.addFile("plots/weights.png", weights(pooler, keys, asked).png());
      // What the learned width is compared with.
      Pooler gaussian = pooler.withWidth(1);
      List<Point> compared = predictable(gaussian, asked);
      if (!compared.isEmpty()) {
        publication.addFile("plots/weights-gaussian.png", weights(gaussian, keys, compared).png());
      }
    }
  }

  /** As numbers, which every serializer takes: the label stands behind the features. */
  private static List<Point> points(InputTable table, FeatureRows reader, int size) {
    List<double[]> rows =
        table
            .rows()
            .filter(row -> reader.rejection(row, size).isEmpty())
            .map(row -> numbers(reader, row))
            .take(ROWS);
    return rows.stream()
        .map(row -> new Point(Arrays.copyOf(row, row.length - 1), row[row.length - 1]))
        .sorted((one, other) -> Arrays.compare(one.features(), other.features()))
        .toList();
  }

  private static double[] numbers(FeatureRows reader, InputRow row) {
    double[] features = reader.features(row);
    double[] numbers = Arrays.copyOf(features, features.length + 1);
    numbers[features.length] = reader.label().isPresent() ? reader.label(row) : Double.NaN;
    return numbers;
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
            String.format(
                Locale.ROOT, "training rows (%s)", trainingRows.label().orElseThrow().name()),
            x(keys),
            labels(keys),
            Style.POINTS));
    series.add(new Series("prediction", x(asked), predictions(pooler, asked), Style.LINE));
    Optional<Column<Double>> truth = queryRows.label().filter(name -> queryRows != trainingRows);
    truth.ifPresent(name -> series.add(new Series("truth", x(asked), labels(asked), Style.LINE)));
    String title = String.format(Locale.ROOT, "Attention pooling, width %.4g", pooler.width());
    return new CurvePlot(
        title,
        trainingRows.columns().get(0).name(),
        trainingRows.label().orElseThrow().name(),
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
