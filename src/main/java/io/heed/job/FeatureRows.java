package io.heed.job;

import io.heed.input.InputRow;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads features and label of input rows.
 *
 * @param columns of the features, in the order of the payload
 * @param labelColumn column of the label, which follows them in the payload; or null
 */
record FeatureRows(List<String> columns, String labelColumn) implements Serializable {
  private static final long serialVersionUID = 1;

  FeatureRows {
    columns = List.copyOf(columns);
  }

  /** The column of the label, if there is one. */
  Optional<String> label() {
    return Optional.ofNullable(labelColumn);
  }

  /**
   * Why a row cannot be used, if so.
   *
   * @param size number of features that rows must have, or 0 for any
   */
  Optional<Rejection> rejection(InputRow row, int size) {
    if (row.rejection().isPresent()) {
      return row.rejection();
    }
    for (int i = 0; i < columns.size(); i++) {
      Optional<Rejection> wrong = wrong(columns.get(i), (double[]) row.payload()[i]);
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
    return label().flatMap(name -> wrongLabel(name, (Double) row.payload()[columns.size()]));
  }

  /** The row itself where it can be used; see {@link #rejection}. */
  Rejectable<InputRow> usable(InputRow row, int size) {
    return Rejectable.of(row, rejection(row, size));
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

  /** The features of a row that is not rejected. */
  double[] features(InputRow row) {
    if (columns.size() == 1) {
      return (double[]) row.payload()[0];
    }
    double[] features = new double[columns.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = ((double[]) row.payload()[i])[0];
    }
    return features;
  }

  /** The label of a row that is not rejected. */
  double label(InputRow row) {
    return (Double) row.payload()[columns.size()];
  }
}
