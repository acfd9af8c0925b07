package io.heed.regress;

import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.RowValues;
import io.heed.regression.FeatureReader;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads features and label of input rows.
 *
 * @param columns of the features
 * @param labelColumn column of the label; or null
 */
record FeatureRows(List<Column<double[]>> columns, Column<Double> labelColumn)
    implements FeatureReader {
  private static final long serialVersionUID = 1;

  FeatureRows {
    columns = List.copyOf(columns);
  }

  /** Features from columns of these names, and a label where one is named. */
  static FeatureRows of(Columns columns, List<String> features, Optional<String> label) {
    List<Column<double[]>> handles = features.stream().map(columns::features).toList();
    return new FeatureRows(handles, label.map(columns::number).orElse(null));
  }

  /** The column of the label, if there is one. */
  Optional<Column<Double>> label() {
    return Optional.ofNullable(labelColumn);
  }

  /**
   * Why a row cannot be used, if so.
   *
   * @param size number of features that rows must have, or 0 for any
   */
  Optional<Rejection> rejection(RowValues row, int size) {
    if (row.rejection().isPresent()) {
      return row.rejection();
    }
    for (Column<double[]> column : columns) {
      Optional<Rejection> wrong = wrong(column.name(), column.of(row));
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    int found = features(row).length;
    if (size != 0 && found != size) {
      return rejected(
          Reason.WRONG_SIZE,
          String.format(Locale.ROOT, "the row has %d features, not %d", found, size));
    }
    return label().flatMap(column -> wrongLabel(column.name(), column.of(row)));
  }

  /** The features of a row that can be used; see {@link #rejection}. */
  @Override
  public Rejectable<double[]> read(RowValues row, int size) {
    return rejection(row, size)
        .<Rejectable<double[]>>map(Rejectable.Rejected::new)
        .orElseGet(() -> Rejectable.of(features(row)));
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

  private static Optional<Rejection> wrongLabel(String column, Double value) {
    if (value == null) {
      return rejected(Reason.NULL_LABEL, String.format(Locale.ROOT, "column %s is null", column));
    }
    return Double.isFinite(value)
        ? Optional.empty()
        : rejected(Reason.NON_FINITE, String.format(Locale.ROOT, "column %s is %s", column, value));
  }

  private static Optional<Rejection> rejected(Reason reason, String message) {
    return Optional.of(new Rejection(reason, message));
  }

  @Override
  public String tooLarge(double prediction) {
    return String.format(
        Locale.ROOT, "the prediction is %s: the numbers are too large", prediction);
  }

  /** The features of a row that is not rejected. */
  double[] features(RowValues row) {
    if (columns.size() == 1) {
      return columns.get(0).of(row);
    }
    double[] features = new double[columns.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = columns.get(i).of(row)[0];
    }
    return features;
  }

  /** The label of a row that is not rejected. */
  double label(RowValues row) {
    return labelColumn.of(row);
  }
}
