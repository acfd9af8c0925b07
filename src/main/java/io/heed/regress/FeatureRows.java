package io.heed.regress;

import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.RowValues;
import io.heed.regression.FeatureReader;
import io.heed.row.Rejectable;
import io.heed.row.Rejectable.Rejected;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the features of input rows.
 *
 * @param columns of one number each, or one of any number of them
 */
record FeatureRows(List<Column<double[]>> columns) implements FeatureReader, PointReader {
  private static final long serialVersionUID = 1;

  FeatureRows {
    columns = List.copyOf(columns);
  }

  /** Features from columns of these names. */
  static FeatureRows of(Columns columns, List<String> features) {
    return new FeatureRows(features.stream().map(columns::features).toList());
  }

  /** The features of a row, however many. */
  Rejectable<double[]> read(RowValues row) {
    if (row.rejection().isPresent()) {
      return new Rejected<>(row.rejection().get());
    }
    for (Column<double[]> column : columns) {
      Optional<Rejection> wrong = wrong(column.name(), column.of(row));
      if (wrong.isPresent()) {
        return new Rejected<>(wrong.get());
      }
    }
    return Rejectable.of(features(row));
  }

  /** The features, where there are as many as are asked for. */
  static Rejectable<double[]> sized(double[] features, int size) {
    return size == ANY_SIZE || features.length == size
        ? Rejectable.of(features)
        : Rejectable.rejected(
            Reason.WRONG_SIZE,
            String.format(Locale.ROOT, "the row has %d features, not %d", features.length, size));
  }

  @Override
  public Rejectable<double[]> read(RowValues row, int size) {
    return read(row).then(features -> sized(features, size));
  }

  @Override
  public Rejectable<Point> point(RowValues row, int size) {
    return read(row, size).then(features -> Rejectable.of(new Point(features, Double.NaN)));
  }

  private Optional<Rejection> wrong(String column, double[] values) {
    if (values == null) {
      return rejected(
          Reason.NULL_FEATURES, String.format(Locale.ROOT, "column %s is null", column));
    }
    boolean isPart = columns.size() > 1 && values.length != 1;
    if (isPart || values.length == 0) {
      return rejected(
          Reason.WRONG_SIZE,
          String.format(Locale.ROOT, "column %s has %d numbers", column, values.length));
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return rejected(
            Reason.NON_FINITE, String.format(Locale.ROOT, "column %s holds %s", column, value));
      }
    }
    return Optional.empty();
  }

  private static Optional<Rejection> rejected(Reason reason, String message) {
    return Optional.of(new Rejection(reason, message));
  }

  private double[] features(RowValues row) {
    if (columns.size() == 1) {
      return columns.get(0).of(row);
    }
    double[] features = new double[columns.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = columns.get(i).of(row)[0];
    }
    return features;
  }

  @Override
  public String tooLarge(double prediction) {
    return String.format(
        Locale.ROOT, "the prediction is %s: the numbers are too large", prediction);
  }
}
